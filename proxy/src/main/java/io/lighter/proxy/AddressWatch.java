package io.lighter.proxy;

import io.lighter.linux.AddressNews;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.Polling;
import io.lighter.proxy.thread.ThreadEnd;

/** Tells when addresses of this machine, of its network namespace, have come or gone. */
final class AddressWatch implements AutoCloseable {
  private final EventFds eventFds;
  private final AddressNews news;
  private final Fd bell;
  private final Thread thread;

  private AddressWatch(Linux linux, Runnable changed) {
    this.eventFds = linux.eventFds();
    this.news = linux.netlink().addressNews();
    this.bell = eventFds.create(0, EventFds.EFD_NONBLOCK);
    Polling polling = new Polling(linux);
    this.thread =
        Thread.ofPlatform()
            .daemon()
            .name("address-watch")
            .unstarted(() -> run(polling, news, bell, changed));
  }

  /**
   * Begins to watch.
   *
   * @param changed called by the thread of the watch, which is to be quick about it
   */
  static AddressWatch start(Linux linux, Runnable changed) {
    AddressWatch watch = new AddressWatch(linux, changed);
    watch.thread.start();
    return watch;
  }

  private static void run(Polling polling, AddressNews news, Fd bell, Runnable changed) {
    while (true) {
      int ready = polling.either(news.fd(), bell);
      if ((ready & Polling.SECOND) != 0) {
        return;
      }
      if ((ready & Polling.FIRST) != 0 && news.take()) {
        changed.run();
      }
    }
  }

  /** Ends the watch, and waits for its thread. */
  @Override
  public void close() {
    eventFds.add(bell, 1);
    ThreadEnd.await(thread);
    news.close();
    bell.close();
  }
}
