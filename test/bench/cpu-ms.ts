/** CPU that this process has used so far, of all its threads, in user and in system mode. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
