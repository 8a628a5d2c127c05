/** The API: the name of the company as JSON. */
const { createServer } = require("node:http");
const { brand } = require("../shared/brand");

createServer((_request, response) => {
  response.setHeader("content-type", "application/json").end(JSON.stringify({ brand }));
}).listen(Number(process.env.PORT ?? 3000));
