/** A small web app: one page and a health check. */
const express = require("express");
const { page } = require("./page");

const greeting = process.env.GREETING ?? "Hello";
const port = Number(process.env.PORT ?? 3000);
const app = express();

app.get("/", (_request, response) => {
  response.send(page(greeting));
});

app.get("/health", (_request, response) => {
  response.json({ status: "ok", uptimeSeconds: Math.round(process.uptime()) });
});

app.listen(port, () => {
  console.log(`Listening on port ${port}`);
});
