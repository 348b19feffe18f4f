package io.lighter.runtime.logs.driver;

import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Keeps messages in memory and sends them by a thread of its own, so that the receiver may be away
 * for a while. When the memory is full it takes no more. What is in memory is lost with the
 * process.
 */
final class AsyncOutlet implements Outlet {
  private static final int GROUP_BYTES = 32 * 1024;
  private static final int GROUP_MESSAGES = 256;

  /** How long to wait when the receiver takes nothing, in milliseconds. */
  private static final long PAUSE = 50;

  /** How long closing may wait for the receiver, in nanoseconds. */
  private static final long LAST_TRY = 5_000_000_000L;

  /** A message by itself, and by what the receiver tells that it has it. */
  private static final class Message {
    final byte[] bytes;
    final String receipt;

    Message(byte[] bytes, String receipt) {
      this.bytes = bytes;
      this.receipt = receipt;
    }
  }

  private final Outlet outlet;
  private final Runnable beforeGroup;
  private final long mostMessages;
  private final long mostBytes;
  private final Thread sender;
  private final Deque<Message> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean closed;
  private long deadline;

  /**
   * Takes an outlet over and begins.
   *
   * @param beforeGroup is run by the thread before each group
   * @param mostMessages the most that are kept
   * @param mostBytes of all that are kept, but one message may always be
   */
  AsyncOutlet(Outlet outlet, Runnable beforeGroup, long mostMessages, long mostBytes) {
    this.outlet = outlet;
    this.beforeGroup = beforeGroup;
    this.mostMessages = mostMessages;
    this.mostBytes = mostBytes;
    sender = Thread.ofPlatform().daemon().name("lighter-log-sender").start(this::run);
  }

  @Override
  public synchronized int send(MessageGroup group) {
    int taken = 0;
    while (taken < group.count() && waiting.size() < mostMessages && waitingBytes < mostBytes) {
      int begin = group.begin(taken);
      int length = group.end(taken) - begin;
      byte[] bytes = new byte[length];
      System.arraycopy(group.bytes(), begin, bytes, 0, length);
      waiting.addLast(new Message(bytes, group.receipt(taken)));
      waitingBytes += length;
      taken++;
    }
    notifyAll();
    return taken;
  }

  private void run() {
    MessageGroup group = new MessageGroup();
    try {
      while (fill(group)) {
        int sent = send(outlet, group);
        remove(sent);
        if (sent == 0 && !pause()) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      outlet.close();
    }
  }

  /**
   * Waits for messages and takes copies of the first ones; false when all are sent and it is over.
   */
  private synchronized boolean fill(MessageGroup group) throws InterruptedException {
    while (waiting.isEmpty()) {
      if (closed) {
        return false;
      }
      group.clear(0);
      outlet.flush();
      wait();
    }
    if (closed && System.nanoTime() - deadline > 0) {
      return false;
    }
    group.clear(Integer.MAX_VALUE);
    for (Message message : waiting) {
      if (group.length() >= GROUP_BYTES || group.count() >= GROUP_MESSAGES) {
        break;
      }
      group.add(message.bytes, message.receipt);
    }
    return true;
  }

  private int send(Outlet to, MessageGroup group) {
    try {
      beforeGroup.run();
      return to.send(group);
    } catch (LogDriverException e) {
      System.getLogger(AsyncOutlet.class.getName())
          .log(Level.WARNING, group.count() + " lines of a log are lost", e);
      return group.count();
    }
  }

  private synchronized void remove(int sent) {
    for (int i = 0; i < sent; i++) {
      waitingBytes -= waiting.removeFirst().bytes.length;
    }
  }

  /** Waits a little; false when it is over, since nobody waits for a receiver that is away. */
  private synchronized boolean pause() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE);
    long left = PAUSE;
    while (!closed && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    return !closed;
  }

  /**
   * Waits until what is in memory is sent, as long as the receiver takes it, but some seconds only.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      deadline = System.nanoTime() + LAST_TRY;
      notifyAll();
    }
    try {
      sender.join();
    } catch (InterruptedException e) {
      sender.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
