/** A small web app without dependencies. */
const { createServer } = require("node:http");

createServer((_request, response) => {
  response.end("Hello out of a zip\n");
}).listen(Number(process.env.PORT ?? 3000));
