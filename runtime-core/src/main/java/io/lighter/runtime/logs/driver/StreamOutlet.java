package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * Writes messages into a stream whose receiver answers nothing: what the kernel has taken counts as
 * kept. When it takes only a part of a message in time, the rest is held here and goes first the
 * next time; on a new connection such a message goes again in whole.
 *
 * <p>When a connection breaks during a write, all messages of that group are offered again, so that
 * the receiver may get some of them twice, and none is missed that could be known.
 */
final class StreamOutlet implements Outlet {
  /** How long a write may wait before the sink says that it takes nothing now. */
  private static final Duration WAIT = Duration.ofSeconds(2);

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Link link;
  private final Duration stallLimit;
  private ByteBuffer rest = NOTHING;

  /** The message whose rest went last, until it is offered again. */
  private ByteBuffer finished = NOTHING;

  /** Which of the link's connections has the beginning of what the rest is of. */
  private int begunOn;

  private long stalledSince;
  private boolean stalled;

  /**
   * Takes the link over.
   *
   * @param stallLimit after which time without progress the connection is made anew; zero for never
   */
  StreamOutlet(Link link, Duration stallLimit) {
    this.link = link;
    this.stallLimit = stallLimit;
  }

  @Override
  public int send(MessageGroup group) {
    Connection connection = link.get();
    if (connection == null) {
      return 0;
    }
    try {
      if (!finishRest(connection, WAIT)) {
        return 0;
      }
      ByteBuffer bytes = group.buffer().position(isFinished(group) ? group.end(0) : 0);
      finished = NOTHING;
      if (!bytes.hasRemaining() || write(connection, bytes, WAIT)) {
        return group.count();
      }
      return hold(group, bytes.position());
    } catch (IOException e) {
      link.broken(e);
      return 0;
    }
  }

  /** Returns whether the first message is the one whose rest has been sent. */
  private boolean isFinished(MessageGroup group) {
    return finished.capacity() > 0 && group.buffer().limit(group.end(0)).equals(finished);
  }

  private boolean finishRest(Connection connection, Duration wait) throws IOException {
    if (!rest.hasRemaining()) {
      return true;
    }
    if (link.connections() != begunOn) {
      rest.rewind();
      begunOn = link.connections();
    }
    boolean all = write(connection, rest, wait);
    if (all) {
      finished = rest.rewind();
      rest = NOTHING;
    }
    return all;
  }

  private boolean write(Connection connection, ByteBuffer bytes, Duration wait) throws IOException {
    int before = bytes.position();
    boolean limited = !stallLimit.isZero();
    long nanos = limited ? Math.min(wait.toNanos(), stallLimit.toNanos()) : wait.toNanos();
    long since = System.nanoTime();
    boolean all = connection.write(bytes, nanos);
    if (all || bytes.position() > before) {
      stalled = false;
      link.worked();
      return all;
    }
    if (!stalled) {
      stalled = true;
      stalledSince = since;
    }
    if (limited && System.nanoTime() - stalledSince >= stallLimit.toNanos()) {
      stalled = false;
      throw new SocketTimeoutException("nothing was taken for " + stallLimit.toMillis() + " ms");
    }
    return false;
  }

  /** Counts the messages that are out, and keeps the one that is out in part. */
  private int hold(MessageGroup group, int written) {
    int sent = 0;
    while (sent < group.count() && group.end(sent) <= written) {
      sent++;
    }
    if (sent == group.count() || group.begin(sent) == written) {
      return sent;
    }
    int begin = group.begin(sent);
    byte[] message = Arrays.copyOfRange(group.bytes(), begin, group.end(sent));
    rest = ByteBuffer.wrap(message).position(written - begin);
    begunOn = link.connections();
    return sent;
  }

  @Override
  public void flush() {
    flush(Duration.ZERO);
  }

  private void flush(Duration wait) {
    Connection connection = link.current();
    if (connection == null) {
      return;
    }
    try {
      finishRest(connection, wait);
      connection.flush();
    } catch (IOException e) {
      link.broken(e);
    }
  }

  @Override
  public void close() {
    try {
      flush(WAIT);
    } finally {
      link.close();
    }
  }
}
