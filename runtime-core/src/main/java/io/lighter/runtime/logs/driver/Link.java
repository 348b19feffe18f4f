package io.lighter.runtime.logs.driver;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is made again when it has broken. It never waits before a new try: until the
 * time has come it has just no connection. Used by one thread at a time.
 */
final class Link implements AutoCloseable {
  /** How long connecting may take: that of fluent-logger-golang. */
  private static final Duration CONNECT = Duration.ofSeconds(3);

  private static final int SCRATCH_BYTES = 512;

  private final String driver;
  private final Connector connector;
  private final Reconnects reconnects;
  private @Nullable Connection connection;
  private int connections;
  private int failures;
  private long nextTry;
  private long connectedAt;

  Link(String driver, Connector connector, Reconnects reconnects) {
    this.driver = driver;
    this.connector = connector;
    this.reconnects = reconnects;
  }

  /**
   * Connects for the first time.
   *
   * @throws LogDriverException when nobody is there
   */
  void open() {
    try {
      connect();
    } catch (IOException e) {
      throw new LogDriverException(
          driver + " log driver: cannot connect to " + connector + ": " + reason(e), e);
    }
  }

  /**
   * Returns the connection, a new one if need be; null when there is none for now.
   *
   * @throws LogDriverException when there were as many failures as may be; counting starts anew
   */
  @Nullable Connection get() {
    if (connection != null && peerHasClosed(connection)) {
      drop();
    }
    if (connection == null) {
      if (failures > 0 && System.nanoTime() - nextTry < 0) {
        return null;
      }
      try {
        connect();
      } catch (IOException e) {
        failed(e);
      }
    }
    return connection;
  }

  private void connect() throws IOException {
    connection = connector.connect(CONNECT.toNanos());
    connectedAt = System.nanoTime();
    connections++;
  }

  /**
   * Looks whether the other side has closed, which a write would not tell: the kernel takes the
   * bytes and throws them away when the answer comes. What it says besides is not for us.
   */
  private static boolean peerHasClosed(Connection connection) {
    ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
    try {
      int read;
      do {
        read = connection.read(scratch.clear(), 0);
      } while (read > 0);
      return read < 0;
    } catch (IOException e) {
      return true;
    }
  }

  /** Notes that the connection has served. */
  void worked() {
    failures = 0;
  }

  /**
   * Closes a connection that has failed.
   *
   * @throws LogDriverException when there were as many failures as may be; counting starts anew
   */
  void broken(Exception why) {
    drop();
    failed(why);
  }

  /**
   * Closes a connection that is older than a time, so that the next one goes where the name now is.
   */
  void renewAfter(Duration age) {
    if (connection != null && System.nanoTime() - connectedAt > age.toNanos()) {
      drop();
    }
  }

  private void failed(Exception why) {
    failures++;
    nextTry = System.nanoTime() + reconnects.delay().apply(failures).toNanos();
    if (reconnects.most() > 0 && failures >= reconnects.most()) {
      int tries = failures;
      failures = 0;
      throw new LogDriverException(
          driver
              + " log driver: gave "
              + connector
              + " up after "
              + tries
              + " failures: "
              + reason(why),
          why);
    }
  }

  private static String reason(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** Returns how many connections there were, the one that is there included. */
  int connections() {
    return connections;
  }

  /** Returns the connection as it is, looked at or not; null when there is none. */
  @Nullable Connection current() {
    return connection;
  }

  private void drop() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }

  @Override
  public void close() {
    drop();
  }
}
