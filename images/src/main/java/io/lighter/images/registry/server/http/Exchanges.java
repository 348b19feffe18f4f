package io.lighter.images.registry.server.http;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What is going on, so that it can be waited for when the server stops. */
final class Exchanges {
  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();
  private int running;
  private volatile boolean stopping;

  void opened(Channel connection) {
    connections.add(connection);
  }

  void closed(Channel connection) {
    connections.remove(connection);
  }

  void begin() {
    lock.lock();
    try {
      running++;
    } finally {
      lock.unlock();
    }
  }

  void end() {
    lock.lock();
    try {
      running--;
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isStopping() {
    return stopping;
  }

  /** Waits until nothing runs, and closes all connections. */
  void stop(Duration patience) {
    stopping = true;
    lock.lock();
    try {
      long left = patience.toNanos();
      while (running > 0 && left > 0) {
        left = idle.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    connections.forEach(connection -> connection.close().awaitUninterruptibly(1, TimeUnit.SECONDS));
  }
}
