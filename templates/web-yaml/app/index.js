// A web app listens on the port that PORT names. Packages that it needs go into package.json beside this file.
const { createServer } = require("node:http");

const server = createServer((_request, response) => {
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end("Hello from CamposCloud\n");
});
server.listen(process.env.PORT, () => console.log(`Listening on port ${process.env.PORT}`));
