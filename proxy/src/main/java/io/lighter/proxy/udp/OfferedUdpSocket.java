package io.lighter.proxy.udp;

import io.lighter.linux.Fd;
import io.lighter.proxy.relay.OfferedSocket;

/** A socket of a frontend that is offered to another process, with all others of the frontend. */
final class OfferedUdpSocket implements OfferedSocket {
  private final UdpLoop loop;
  private final UdpListener listener;
  private final Fd copy;

  OfferedUdpSocket(UdpLoop loop, UdpListener listener, Fd copy) {
    this.loop = loop;
    this.listener = listener;
    this.copy = copy;
  }

  @Override
  public Fd copy() {
    return copy;
  }

  @Override
  public void pause() {
    loop.execute(listener::hold);
  }

  @Override
  public void resume() {
    loop.execute(listener::begin);
  }

  @Override
  public void release() {
    loop.execute(() -> loop.frontends().release(listener));
  }

  @Override
  public void close() {
    copy.close();
  }
}
