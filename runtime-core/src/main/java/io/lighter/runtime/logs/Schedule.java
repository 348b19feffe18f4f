package io.lighter.runtime.logs;

/** What a container's log asks of the pipeline that it is in. Any thread may call it. */
interface Schedule {
  /** Has the log worked on soon, whether there is something to take or not. */
  void announce(ContainerLog log);

  /** Has a leftover looked after. */
  void watch(Leftover leftover, ContainerLog log);

  /** The log is over. */
  void forget(ContainerLog log);
}
