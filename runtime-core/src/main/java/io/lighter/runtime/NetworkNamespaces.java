package io.lighter.runtime;

import io.lighter.linux.Fcntl;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Sched;
import io.lighter.linux.SocketFlags;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Network namespaces that are ready before a container needs one: making one is the dearest single
 * call of a start, about as much as all the others together.
 *
 * <p>One thread of its own makes them. It leaves its network namespace for a new one each time,
 * keeps a descriptor of it and brings up its loopback interface; nothing else may ever run on that
 * thread. A namespace is used once: what a container did in it cannot be undone.
 *
 * <p>Safe for use by many threads.
 */
final class NetworkNamespaces implements AutoCloseable {
  private static final long JOIN_MILLIS = 5_000;

  private final Linux linux;
  private final BlockingQueue<Fd> ready;
  private final Thread maker;
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  /**
   * Starts the thread.
   *
   * @param capacity how many are kept ready, at least 1
   */
  NetworkNamespaces(Linux linux, int capacity) {
    this.linux = linux;
    this.ready = new ArrayBlockingQueue<>(capacity);
    this.maker = Thread.ofPlatform().daemon().name("lighter-network-namespaces").start(this::make);
  }

  /**
   * Returns a namespace, waiting for one to be made when none is ready.
   *
   * @throws RuntimeException why none could be made
   */
  Fd take() {
    try {
      while (true) {
        Fd namespace = ready.poll(10, TimeUnit.MILLISECONDS);
        if (namespace != null) {
          return namespace;
        }
        RuntimeException why = failure;
        if (why != null) {
          throw new IllegalStateException("no network namespace could be made", why);
        }
        if (closed) {
          throw new IllegalStateException("the runtime is closed");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a network namespace was made", e);
    }
  }

  private void make() {
    try {
      while (!closed) {
        linux.processes().unshare(Sched.CLONE_NEWNET);
        bringLoopbackUp();
        Fd namespace =
            linux.files().openat(Fd.WORKING_FOLDER, "/proc/thread-self/ns/net", Fcntl.O_RDONLY, 0);
        put(namespace);
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void bringLoopbackUp() {
    try (Fd socket = linux.sockets().socket(SocketFlags.AF_INET, SocketFlags.SOCK_DGRAM, 0)) {
      linux.interfaces().up(socket, "lo");
    }
  }

  private void put(Fd namespace) {
    boolean handedOver = false;
    try {
      ready.put(namespace);
      handedOver = true;
    } catch (InterruptedException e) {
      // close() asks the thread to end.
      closed = true;
    } finally {
      if (!handedOver) {
        namespace.close();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    maker.interrupt();
    boolean interrupted = false;
    try {
      maker.join(JOIN_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    for (Fd left = ready.poll(); left != null; left = ready.poll()) {
      left.close();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
