/** Keeps notes in PostgreSQL: POST / adds the text of the body, GET / lists all. */
const { createServer } = require("node:http");
const { text } = require("node:stream/consumers");
const { Pool } = require("pg");

const pool = new Pool({ connectionString: process.env.DATABASE_URL });
// The pool reports idle connections that the server closes; the next query opens a new one.
pool.on("error", (error) => console.error(error.message));

async function answer(request) {
  if (request.method === "POST") {
    await pool.query("INSERT INTO notes (text) VALUES ($1)", [await text(request)]);
    return [201, "added\n"];
  }
  const { rows } = await pool.query("SELECT text FROM notes ORDER BY id");
  return [200, rows.map((row) => `${row.text}\n`).join("")];
}

const server = createServer(async (request, response) => {
  const [status, body] = await answer(request).catch((error) => [500, `${error.message}\n`]);
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(body);
});

pool
  .query("CREATE TABLE IF NOT EXISTS notes (id serial PRIMARY KEY, text text NOT NULL)")
  .then(() => server.listen(Number(process.env.PORT ?? 3000)));
