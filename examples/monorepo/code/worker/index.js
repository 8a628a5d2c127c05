/** The worker: not on the web, with a periodic task. */
const { brand } = require("../shared/brand");

setInterval(() => console.log(`${brand}: asking ${process.env.API_URL}`), 60_000);
