package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/**
 * Writes messages into a stream whose receiver answers each one: only what was answered counts as
 * kept. All messages of a group are under way at once, so that a group costs one turn. What was not
 * answered in time is offered again on a new connection: nothing is missed, something may come
 * twice.
 */
final class AcknowledgedOutlet implements Outlet {
  private final Link link;
  private final Duration writeLimit;
  private final Duration answerLimit;

  /** Reads the answers of a connection. */
  private final ReceiptReader receipts = new ReceiptReader();

  /**
   * Takes the link over.
   *
   * @param writeLimit how long the receiver may not read
   * @param answerLimit how long it may not answer
   */
  AcknowledgedOutlet(Link link, Duration writeLimit, Duration answerLimit) {
    this.link = link;
    this.writeLimit = writeLimit;
    this.answerLimit = answerLimit;
  }

  @Override
  public int send(MessageGroup group) {
    Connection connection = link.get();
    if (connection == null) {
      return 0;
    }
    int answered = 0;
    try {
      if (!connection.write(group.buffer(), writeLimit.toNanos())) {
        throw new SocketTimeoutException("not all was taken in " + writeLimit.toMillis() + " ms");
      }
      receipts.begin(connection);
      while (answered < group.count()) {
        String receipt = receipts.next(answerLimit);
        if (!receipt.equals(group.receipt(answered))) {
          throw new IOException(
              "the answer was for chunk " + receipt + ", not " + group.receipt(answered));
        }
        answered++;
        link.worked();
      }
    } catch (IOException e) {
      if (answered == 0) {
        link.broken(e);
      } else {
        link.close();
      }
    }
    return answered;
  }

  @Override
  public void close() {
    link.close();
  }
}
