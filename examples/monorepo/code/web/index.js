/** The page: it shows the URL of the API. */
const { createServer } = require("node:http");
const { brand } = require("../shared/brand");

createServer((_request, response) => {
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(`${brand}, with the API at ${process.env.API_URL}\n`);
}).listen(Number(process.env.PORT ?? 3000));
