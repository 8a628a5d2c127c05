const { createServer } = require("node:http");
const { greet } = require("./lib/greet");
createServer((_request, response) => response.end(greet())).listen(process.env.PORT);
