// A bot runs until it is stopped and needs no port. Packages such as discord.js go into package.json beside this file.
let minutes = 0;

console.log("The bot is running");
setInterval(() => {
  minutes += 1;
  console.log(`Running for ${minutes} min`);
}, 60_000);
