/** CRC-32 with and without Node's own. */
import { strictEqual } from "node:assert/strict";
import fc from "fast-check";
import { crc32, portableCrc32 } from "../../../provider/packaging/archive/zip-format";

describe("crc32", () => {
  for (const [name, crc] of [
    ["Node's own", crc32],
    ["the portable one", portableCrc32],
  ] as const) {
    it(`knows the standard's check value: ${name}`, () => {
      strictEqual(crc(Buffer.from("123456789")), 0xcbf43926);
      strictEqual(crc(new Uint8Array()), 0);
    });
  }

  it("is the same both ways, in one piece or two", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(3000), (bytes, cut) => {
        strictEqual(portableCrc32(bytes), crc32(bytes));
        strictEqual(portableCrc32(bytes.subarray(cut), portableCrc32(bytes.subarray(0, cut))), crc32(bytes));
      }),
    );
  });
});
