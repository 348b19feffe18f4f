package io.lighter.proxy.relay;

import io.lighter.linux.Connections;
import io.lighter.linux.Errno;
import io.lighter.linux.SockaddrBuffer;
import io.lighter.linux.SocketFlags;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Limits;
import io.lighter.proxy.service.NoEndpoint;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client and the endpoint that it talks to. Used for one client after the other, so that a client
 * more costs no memory more.
 *
 * <p>Both sides see what they would see of each other: bytes, the end of the stream in each
 * direction, and resets. A side that fails has what it sent before delivered as far as the other
 * takes it, and then the other is reset too.
 */
final class Connection extends Timer implements Source {
  private static final int STREAM = SocketFlags.SOCK_STREAM | SocketFlags.SOCK_NONBLOCK;
  private static final long NANOS_PER_MICRO = 1_000;

  private enum Stage {
    UNUSED,
    /** An endpoint is asked to accept. */
    CONNECTING,
    OPEN,
    /** There is no endpoint, and the client shall hear nothing. */
    UNHEARD,
    /** Over, and there may be events of it in this turn. */
    ENDED
  }

  private final Worker worker;
  private final End client;
  private final End server;
  private Stage stage = Stage.UNUSED;
  private boolean queued;
  private byte attempts;
  private char port;
  private @Nullable ServedService service;
  private @Nullable Routing routing;
  private @Nullable Backend backend;
  private long high;
  private long low;
  private long tried;
  private long started;

  /** When it began to connect, and once it is open when the last byte came. */
  private long active;

  Connection(Worker worker) {
    this.worker = worker;
    this.client = new End(worker.linux(), worker.loop(), this);
    this.server = new End(worker.linux(), worker.loop(), this);
  }

  End client() {
    return client;
  }

  /** Returns the client's port. */
  int port() {
    return port;
  }

  @Nullable Backend backend() {
    return backend;
  }

  /** Returns whether there is a client. */
  boolean isActive() {
    return stage != Stage.UNUSED && stage != Stage.ENDED;
  }

  /** Begins with a client that has been accepted. */
  void begin(Place place, SockaddrBuffer peer) {
    started = worker.loop().now();
    high = peer.high();
    low = peer.low();
    port = (char) peer.port();
    stage = Stage.CONNECTING;
    ServedService any = place.claims().any();
    if (any == null) {
      end(Ending.SERVER_NAME);
    } else {
      admit(any);
    }
  }

  /** Lets the client in, if the service has not been asked to keep it out. */
  private void admit(ServedService to) {
    service = to;
    Routing now = to.routing();
    routing = now;
    to.accepted.increment();
    int active = to.active.incrementAndGet();
    Behaviour behaviour = now.behaviour;
    Limits limits = behaviour.limits();
    if (!now.isSource(high, low)) {
      end(Ending.SOURCE);
    } else if (limits.connections() > 0 && active > limits.connections()) {
      end(Ending.CONNECTION_LIMIT);
    } else if (!to.rate.tryPass(limits, started)) {
      end(Ending.RATE_LIMIT);
    } else {
      worker.loop().watch(client, End.EVENTS, client.token);
      connect(now);
    }
  }

  /** Asks one endpoint after the other until one will answer. */
  private void connect(Routing by) {
    EventLoop loop = worker.loop();
    Ending failure = attempts == 0 ? Ending.NO_ENDPOINT : Ending.UNREACHABLE;
    while (attempts < by.behaviour.attempts()) {
      Backend next = by.choose(worker.candidacy().of(by, tried, loop.now()), high, low, loop.now());
      if (next == null) {
        break;
      }
      attempts++;
      tried |= Candidacy.bit(next);
      next.connections.incrementAndGet();
      backend = next;
      stage = Stage.CONNECTING;
      int answer = open(next);
      if (answer == 0 || answer == -Errno.EINPROGRESS) {
        active = System.nanoTime();
        loop.watch(server, End.EVENTS, server.token);
        loop.schedule(this, loop.now() + by.connectTimeout);
        return;
      }
      boolean ours = isOurFault(answer);
      failure = ours ? Ending.RESOURCES : Ending.UNREACHABLE;
      leave(next, by, ours);
    }
    if (failure == Ending.NO_ENDPOINT && by.behaviour.noEndpoint() == NoEndpoint.DROP) {
      stage = Stage.UNHEARD;
      loop.schedule(this, loop.now() + by.connectTimeout);
    } else {
      end(failure);
    }
  }

  private int open(Backend to) {
    Connections connections = worker.linux().connections();
    int opened = connections.socket(server, to.encoded().family(), STREAM);
    if (opened != 0) {
      return opened;
    }
    if (to.encoded().family() != SocketFlags.AF_UNIX) {
      connections.setOption(server, SocketFlags.IPPROTO_TCP, SocketFlags.TCP_NODELAY, 1);
      connections.setOption(server, SocketFlags.SOL_SOCKET, SocketFlags.SO_KEEPALIVE, 1);
    }
    return connections.connect(server, to.encoded());
  }

  /** Returns whether a connect failed for want of something of this machine. */
  private static boolean isOurFault(int answer) {
    return switch (-answer) {
      case Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.EADDRNOTAVAIL -> true;
      default -> false;
    };
  }

  /** Turns away from an endpoint that does not accept. */
  private void leave(Backend from, Routing by, boolean ours) {
    server.close();
    server.reset();
    backend = null;
    from.connections.decrementAndGet();
    if (!ours) {
      long now = worker.loop().now();
      from.noteFailure(by.behaviour.ejection(), by.isLast(from, now), now);
    }
  }

  /** Something has happened to one side. */
  void ready(End end, boolean error) {
    try {
      switch (stage) {
        case UNUSED, ENDED -> {}
        case UNHEARD -> {
          if (error || end.hungUp) {
            end(Ending.NO_ENDPOINT);
          }
        }
        case CONNECTING -> {
          if (end == server) {
            connected(error || end.hungUp);
          } else if (error) {
            end(Ending.CLIENT_RESET);
          }
        }
        case OPEN -> {
          end.failed |= error;
          flow();
        }
      }
    } catch (RuntimeException | Error e) {
      abandon();
      throw e;
    }
  }

  /** It is this connection's turn again. */
  @Override
  public void ready(int events) {
    queued = false;
    if (stage == Stage.OPEN) {
      try {
        flow();
      } catch (RuntimeException | Error e) {
        abandon();
        throw e;
      }
    }
  }

  private void abandon() {
    if (isActive()) {
      end(Ending.CLOSED);
    }
  }

  private void connected(boolean failed) {
    Routing by = Objects.requireNonNull(routing);
    Backend to = Objects.requireNonNull(backend);
    if (!failed && !server.writable) {
      return;
    }
    int error = worker.linux().connections().takeError(server);
    if (error != 0 || hasMetItself(to)) {
      leave(to, by, isOurFault(error));
      connect(by);
      return;
    }
    EventLoop loop = worker.loop();
    to.noteSuccess();
    to.total.increment();
    long took = System.nanoTime() - active;
    worker.connectTimes().recordValue(took / NANOS_PER_MICRO);
    stage = Stage.OPEN;
    active = loop.now();
    if (by.idleTimeout > 0) {
      loop.schedule(this, active + by.idleTimeout);
    } else {
      loop.cancel(this);
    }
    flow();
  }

  /**
   * Returns whether the socket is connected to itself: over loopback, when nobody listens at a port
   * that the kernel then happens to give to the socket.
   */
  private boolean hasMetItself(Backend to) {
    int suspect = to.portThatMayMeetItself();
    if (suspect == 0) {
      return false;
    }
    SockaddrBuffer own = worker.address();
    return worker.linux().connections().getsockname(server, own) == 0 && own.port() == suspect;
  }

  private void flow() {
    Pump pump = worker.pump();
    long up = client.bytes;
    long down = server.bytes;
    boolean more = pump.move(client, server);
    more |= pump.move(server, client);
    if (client.failed || server.failed) {
      lastWords();
    }
    noteBytes(client.bytes - up, server.bytes - down);
    if (server.failed) {
      end(Ending.ENDPOINT_RESET);
    } else if (client.failed) {
      end(Ending.CLIENT_RESET);
    } else if (client.shut && server.shut) {
      end(Ending.DONE);
    } else if (more && !queued) {
      queued = true;
      worker.loop().again(this);
    }
  }

  /** Delivers what a failed side had sent, as far as the other takes it now. */
  private void lastWords() {
    Pump pump = worker.pump();
    boolean more = true;
    while (more) {
      more = client.failed && pump.move(client, server);
      more |= server.failed && pump.move(server, client);
    }
  }

  private void noteBytes(long up, long down) {
    if (up == 0 && down == 0) {
      return;
    }
    active = worker.loop().now();
    ServedService of = service;
    Backend to = backend;
    if (of == null || to == null) {
      return;
    }
    if (up > 0) {
      of.bytesTo.add(up);
      to.bytesTo.add(up);
    }
    if (down > 0) {
      of.bytesFrom.add(down);
      to.bytesFrom.add(down);
    }
  }

  @Override
  protected void expired() {
    Routing by = routing;
    if (by == null) {
      return;
    }
    switch (stage) {
      case CONNECTING -> {
        Backend slow = backend;
        if (slow != null) {
          leave(slow, by, false);
        }
        connect(by);
      }
      case UNHEARD -> end(Ending.NO_ENDPOINT);
      case OPEN -> {
        // Bytes do not move the timer: it looks when the last of them came.
        if (worker.loop().now() - active >= by.idleTimeout) {
          end(Ending.IDLE);
        } else {
          worker.loop().schedule(this, active + by.idleTimeout);
        }
      }
      case UNUSED, ENDED -> {}
    }
  }

  /** Ends it: orderly when nothing is lost by that, else by a reset of both sides. */
  void end(Ending ending) {
    worker.loop().cancel(this);
    boolean quiet = ending == Ending.IDLE || ending == Ending.DRAINED || ending == Ending.CLOSED;
    if (ending != Ending.DONE && !(quiet && stage == Stage.OPEN && isEmpty())) {
      Connections connections = worker.linux().connections();
      connections.resetOnClose(client);
      if (server.isOpen()) {
        connections.resetOnClose(server);
      }
    }
    client.close();
    server.close();
    worker.pump().discard(client);
    worker.pump().discard(server);
    Backend to = backend;
    if (to != null) {
      to.connections.decrementAndGet();
    }
    ServedService of = service;
    if (of != null) {
      of.active.decrementAndGet();
      of.count(ending);
    }
    stage = Stage.ENDED;
    worker.giveBack(this);
  }

  private boolean isEmpty() {
    return client.held == 0 && server.held == 0;
  }

  /** Makes it as it was before its first client. */
  void recycle() {
    client.reset();
    server.reset();
    service = null;
    routing = null;
    backend = null;
    attempts = 0;
    tried = 0;
    stage = Stage.UNUSED;
  }
}
