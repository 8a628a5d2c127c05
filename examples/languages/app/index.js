// A web app without packages: it listens on the port that PORT names.
const { createServer } = require("node:http");

createServer((_request, response) => response.end(`${process.env.GREETING}\n`)).listen(process.env.PORT);
