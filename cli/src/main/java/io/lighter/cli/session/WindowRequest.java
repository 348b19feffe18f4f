package io.lighter.cli.session;

/** Our window may have another size: tells whoever follows it, once somebody does. */
public final class WindowRequest implements Runnable {
  private volatile Runnable follower = () -> {};

  /** Lets somebody follow; at once, because the size may have changed before. */
  public void listen(Runnable next) {
    follower = next;
    next.run();
  }

  @Override
  public void run() {
    follower.run();
  }
}
