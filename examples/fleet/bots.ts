/** The list: one line per bot. */
export interface Bot {
  name: string;
  /** What it reports about. */
  topic: string;
  /** Seconds between two reports. Default: 60. */
  everySeconds?: number;
  /** Default: 256. */
  memoryMB?: number;
}

export const bots: Bot[] = [
  { name: "weather", topic: "weather" },
  { name: "news", topic: "news", everySeconds: 30 },
  { name: "football", topic: "football" },
  { name: "tennis", topic: "tennis" },
  { name: "shares", topic: "shares", everySeconds: 5, memoryMB: 512 },
  { name: "currencies", topic: "currencies", everySeconds: 5 },
  { name: "traffic", topic: "traffic" },
  { name: "trains", topic: "trains" },
  { name: "flights", topic: "flights" },
  { name: "cinema", topic: "cinema", everySeconds: 3600 },
  { name: "concerts", topic: "concerts", everySeconds: 3600 },
  { name: "jokes", topic: "jokes" },
];
