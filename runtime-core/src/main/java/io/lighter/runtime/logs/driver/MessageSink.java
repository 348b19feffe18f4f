package io.lighter.runtime.logs.driver;

import io.lighter.runtime.logs.LogBatch;
import io.lighter.runtime.logs.LogSink;

/** Makes a message of each line and sends them in groups. */
final class MessageSink implements LogSink, LineWalk.Step {
  /** How many bytes of messages are sent at once. */
  private static final int GROUP_BYTES = 32 * 1024;

  /** How many messages are: an acknowledgement of each has to lie in the socket meanwhile. */
  private static final int GROUP_MESSAGES = 256;

  /** What an idle container may keep of memory for its messages. */
  private static final int IDLE_BYTES = 8 * 1024;

  private final LineEncoder encoder;
  private final Outlet outlet;
  private final LineWalk lines = new LineWalk();
  private final MessageGroup group = new MessageGroup();
  private int done;

  MessageSink(LineEncoder encoder, Outlet outlet) {
    this.encoder = encoder;
    this.outlet = outlet;
  }

  @Override
  public int append(LogBatch batch) {
    done = 0;
    group.clear(Integer.MAX_VALUE);
    lines.walk(batch, this);
    if (group.count() > 0) {
      send();
    }
    return done;
  }

  @Override
  public boolean line(LogLine line) {
    if (!group.add(encoder, line)) {
      if (group.count() == 0) {
        done = line.end();
      } else {
        group.extendLast(line.end());
      }
      return true;
    }
    return (group.length() < GROUP_BYTES && group.count() < GROUP_MESSAGES) || send();
  }

  /** Returns whether all messages of the group have gone; it is empty afterwards. */
  private boolean send() {
    int count = group.count();
    int sent = 0;
    try {
      sent = outlet.send(group);
      if (sent > 0) {
        done = group.source(sent - 1);
      }
      return sent == count;
    } catch (LogDriverException e) {
      if (done == 0) {
        throw e;
      }
      // What went before it is safe: the line is offered again first, and then refused by itself.
      return false;
    } finally {
      if (sent < count) {
        encoder.unsent(count - sent);
      }
      group.clear(Integer.MAX_VALUE);
    }
  }

  @Override
  public void flush() {
    group.clear(IDLE_BYTES);
    outlet.flush();
  }

  @Override
  public void close() {
    outlet.close();
  }
}
