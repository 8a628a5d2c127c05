exports.greet = () => `${process.env.GREETING}\n`;
