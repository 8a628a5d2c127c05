import { strict as assert } from "node:assert";
import { endpoints } from "../../../provider/api/endpoints";
import { errorText, refusalError, statusError } from "../../../provider/api/errors";

describe("api errors", () => {
  for (const [text, words] of [
    ['{"error":"Not found"}', "Not found"],
    ['{"error":"Bad","message":"no memory left"}', "Bad: no memory left"],
    ['{"message":"only this"}', "only this"],
    ['"text"', "text"],
    ['{"error":{"code":7,"message":"No memory"}}', "No memory"],
    ['{"message":["name is too long","memoryMB is too low"]}', '["name is too long","memoryMB is too low"]'],
    ['{"detail":"No memory"}', '{"detail":"No memory"}'],
    ["plain words", "plain words"],
    ["<html><style>p{}</style><h1>502</h1><p>Bad gateway</p></html>", "502 Bad gateway"],
    ["a\u001b[31mred\nline", "a [31mred line"],
    ["", ""],
  ] as const) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(errorText(text), words));
  }

  it("limits the length of the API's message", () => assert.ok(errorText("x".repeat(10_000)).length < 310));

  it("reads a long page without the end of a tag", () => {
    for (const tag of ["<", "<a ", "<style"]) assert.ok(errorText(tag.repeat(2_000_000)).length < 310);
  });

  for (const [status, kind, advice] of [
    [400, "invalid", /Correct what the answer names/],
    [401, "unauthorized", /camposcloud:token.*CAMPOSCLOUD_TOKEN/],
    [403, "forbidden", /the team and the plan/],
    [404, "notFound", /pulumi refresh/],
    [409, "invalid", /at the same time/],
    [413, "invalid", /\.camposignore/],
    [422, "invalid", /Correct/],
    [429, "limited", /in a minute/],
    [500, "server", /again later/],
    [302, "redirect", /not followed/],
  ] as const) {
    it(`says what was tried, what came back and what to do for ${status}`, () => {
      const error = statusError(endpoints.updateApp, "/v1/apps/64f0/update", {
        status,
        text: '{"error":"words"}',
      });
      assert.equal(error.kind, kind);
      assert.match(error.message, /^Could not update the app's settings \(POST \/v1\/apps\/64f0\/update\): /);
      assert.ok(error.message.includes(`answered ${status} "words"`));
      assert.match(error.message, advice);
      assert.ok(!error.message.includes("\n"));
    });
  }

  it('recognizes "not found" messages in English and Portuguese', () => {
    for (const text of ["App not found", "Aplicação não encontrada"]) {
      const answer = { status: 400, text: JSON.stringify({ error: text }) };
      const error = statusError(endpoints.getApp, "/v1/apps/x", answer);
      assert.equal(error.kind, "notFound");
      assert.match(error.message, /answered 400 ".*"\. If it was deleted elsewhere, run `pulumi refresh`/);
      const success = { ...answer, status: 200 };
      assert.equal(refusalError(endpoints.deleteApp, "/v1/apps/x/delete", success).kind, "notFound");
    }
  });

  it("does not take an error of a request without an app for a missing app", () => {
    const answer = { status: 400, text: '{"error":"Not found"}' };
    assert.equal(statusError(endpoints.createApp, "/v1/apps/create", answer).kind, "invalid");
  });

  it("takes no other error in a 2xx response for a missing app", () => {
    for (const text of ["User not found", "The app is locked", "mainFile not found in the zip"]) {
      const answer = { status: 200, text: JSON.stringify({ error: text }) };
      assert.equal(refusalError(endpoints.deleteApp, "/v1/apps/x/delete", answer).kind, "invalid", text);
    }
  });
});
