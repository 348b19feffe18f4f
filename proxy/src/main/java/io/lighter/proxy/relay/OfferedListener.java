package io.lighter.proxy.relay;

import io.lighter.linux.Fd;

/** A listener that is offered to another process. */
final class OfferedListener implements OfferedSocket {
  private final Worker worker;
  private final Listener listener;
  private final Fd copy;

  OfferedListener(Worker worker, Listener listener, Fd copy) {
    this.worker = worker;
    this.listener = listener;
    this.copy = copy;
  }

  @Override
  public Fd copy() {
    return copy;
  }

  @Override
  public void pause() {
    worker.loop().execute(listener::hold);
  }

  @Override
  public void resume() {
    worker.loop().execute(listener::begin);
  }

  @Override
  public void release() {
    worker.loop().execute(() -> worker.release(listener));
  }

  @Override
  public void close() {
    copy.close();
  }
}
