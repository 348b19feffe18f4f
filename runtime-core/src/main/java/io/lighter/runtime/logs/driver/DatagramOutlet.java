package io.lighter.runtime.logs.driver;

/** Sends each message as a datagram. */
record DatagramOutlet(Datagrams datagrams) implements Outlet {
  @Override
  public int send(MessageGroup group) {
    for (int i = 0; i < group.count(); i++) {
      try {
        int begin = group.begin(i);
        if (!datagrams.send(group.bytes(), begin, group.end(i) - begin)) {
          return i;
        }
      } catch (LogDriverException e) {
        if (i == 0) {
          throw e;
        }
        // It is offered again, as the first one.
        return i;
      }
    }
    return group.count();
  }

  @Override
  public void close() {
    datagrams.close();
  }
}
