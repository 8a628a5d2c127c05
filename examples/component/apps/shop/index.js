/** Shows its configuration. */
const { createServer } = require("node:http");

const database = process.env.DATABASE_URL ? "with a database" : "without a database";

createServer((_request, response) => {
  response.end(`The shop is open, ${database}, in ${process.env.NODE_ENV}\n`);
}).listen(Number(process.env.PORT ?? 3000));
