import { strict as assert } from "node:assert";
import { stateText, typeToken } from "../../../provider/resource/state-text";

describe("state text", () => {
  it("never changes, since states of every version contain it", () => {
    assert.equal(stateText, 'exports.handler=()=>require("pulumi-camposcloud/handlers")');
    assert.equal(Buffer.byteLength(stateText), 58);
  });

  it("belongs to a type token that never changes, either", () => {
    assert.equal(typeToken, "pulumi-nodejs:dynamic/camposcloud:CamposApp");
  });
});
