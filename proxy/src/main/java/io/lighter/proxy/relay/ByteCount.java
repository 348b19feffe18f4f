package io.lighter.proxy.relay;

import java.util.concurrent.atomic.LongAdder;

/** Bytes that went to endpoints and that came from them. Safe for use by many threads. */
final class ByteCount {
  private final LongAdder to = new LongAdder();
  private final LongAdder from = new LongAdder();

  void note(long sent, long received) {
    if (sent > 0) {
      to.add(sent);
    }
    if (received > 0) {
      from.add(received);
    }
  }

  long to() {
    return to.sum();
  }

  long from() {
    return from.sum();
  }
}
