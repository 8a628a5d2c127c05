/** A small web app without dependencies. */
const { createServer } = require("node:http");

createServer((_request, response) => {
  response.end("Hello from the program\n");
}).listen(Number(process.env.PORT ?? 3000));
