package io.lighter.proxy.relay;

import io.lighter.linux.Connections;
import io.lighter.linux.Errno;
import io.lighter.linux.SockaddrBuffer;
import io.lighter.proxy.service.Behaviour;
import io.lighter.proxy.service.Limits;
import io.lighter.proxy.service.NoEndpoint;
import io.lighter.proxy.service.ProxyHeaders;
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
final class Connection extends Arrival implements Source {
  private static final long NANOS_PER_MICRO = 1_000;

  /** There are no more endpoints that can be told apart as tried: {@link Candidacy#bit}. */
  private static final int MOST_ATTEMPTS = Long.SIZE;

  private enum Stage {
    UNUSED,
    /** It is not known yet whose client it is. */
    ARRIVING,
    /** An endpoint is asked to accept. */
    CONNECTING,
    OPEN,
    /** There is no endpoint, and the client shall hear nothing. */
    UNHEARD,
    /** Over, and there may be events of it in this turn. */
    ENDED
  }

  private final End client;
  private final End server;

  /** Of the client's end, and the next one of the server's. */
  private final int token;

  private Stage stage = Stage.UNUSED;
  private boolean queued;
  private byte attempts;
  private int connectMicros;
  private @Nullable ServedService service;
  private @Nullable Routing routing;
  private @Nullable Backend backend;
  private long tried;

  /** When it began to connect, and once it is open when the last byte came. */
  private long active;

  Connection(Worker worker) {
    super(worker);
    this.client = new End(worker.linux(), this);
    this.server = new End(worker.linux(), this);
    this.token = worker.loop().registerPair(client, server);
  }

  @Override
  End client() {
    return client;
  }

  @Override
  int clientToken() {
    return token;
  }

  /** Adds what the access log says of it: who, how long, how much. */
  void describe(TextBuffer line) {
    describeClient(line);
    line.put(" attempts=").putNumber(attempts);
    line.put(" connect-us=").putNumber(connectMicros);
    line.put(" total-us=").putNumber((worker.loop().now() - started()) / NANOS_PER_MICRO);
    line.put(" to=").putNumber(client.bytes).put(" from=").putNumber(server.bytes);
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
    stage = Stage.ARRIVING;
    arrive(place, peer);
  }

  /** Lets the client in, if the service has not been asked to keep it out. */
  @Override
  void admit(ServedService to) {
    service = to;
    Routing now = to.routing();
    routing = now;
    to.accepted.increment();
    int active = to.active.incrementAndGet();
    Behaviour behaviour = now.behaviour;
    Limits limits = behaviour.limits();
    if (!now.isSource(high(), low())) {
      end(Ending.SOURCE);
    } else if (limits.connections() > 0 && active > limits.connections()) {
      end(Ending.CONNECTION_LIMIT);
    } else if (!to.rate.tryPass(limits, started())) {
      end(Ending.RATE_LIMIT);
    } else {
      watchClient();
      connect(now);
    }
  }

  /** Asks one endpoint after the other until one will answer. */
  private void connect(Routing by) {
    EventLoop loop = worker.loop();
    Ending failure = attempts == 0 ? Ending.NO_ENDPOINT : Ending.UNREACHABLE;
    while (attempts < Math.min(MOST_ATTEMPTS, by.behaviour.attempts())) {
      Candidacy candidacy = worker.candidacy().of(by, tried, loop.now());
      Backend next = by.choose(candidacy, high(), low(), loop.now());
      if (next == null) {
        break;
      }
      attempts++;
      tried |= Candidacy.bit(next);
      next.connections.incrementAndGet();
      backend = next;
      stage = Stage.CONNECTING;
      int answer =
          worker.dialer().dial(client, server, next, by.behaviour.transparent(), high(), low());
      if (answer == 0 || answer == -Errno.EINPROGRESS) {
        active = System.nanoTime();
        loop.watch(server, End.EVENTS, token + 1);
        loop.schedule(this, loop.now() + by.connectTimeout);
        return;
      }
      boolean ours = Dialer.isOurFault(answer);
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
        case ARRIVING -> hear();
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
    // Writable and nothing else is a socket that is connected: there is no error to be asked for.
    int error = failed ? worker.linux().connections().takeError(server) : 0;
    if (error != 0 || worker.dialer().hasMetItself(server, to)) {
      leave(to, by, Dialer.isOurFault(error));
      connect(by);
      return;
    }
    EventLoop loop = worker.loop();
    to.noteSuccess();
    to.total.increment();
    long took = System.nanoTime() - active;
    connectMicros = (int) Math.min(Integer.MAX_VALUE, took / NANOS_PER_MICRO);
    worker.noteConnect(connectMicros);
    stage = Stage.OPEN;
    active = loop.now();
    if (by.idleTimeout > 0) {
      loop.schedule(this, active + by.idleTimeout);
    } else {
      loop.cancel(this);
    }
    if (by.behaviour.headers().send() != ProxyHeaders.Version.NONE) {
      server.failed |= !tell(server, by.behaviour.headers().send());
    }
    flow();
  }

  private void flow() {
    Pump pump = worker.pump();
    long up = client.bytes;
    long down = server.bytes;
    boolean more = pump.move(client, server);
    more |= pump.move(server, client);
    if (client.failed || server.failed) {
      pump.moveLastWords(client, server);
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

  private void noteBytes(long up, long down) {
    if (up == 0 && down == 0) {
      return;
    }
    active = worker.loop().now();
    Objects.requireNonNull(service).bytes.note(up, down);
    Objects.requireNonNull(backend).bytes.note(up, down);
  }

  @Override
  protected void expired() {
    if (stage == Stage.ARRIVING) {
      waitNoLonger();
      return;
    }
    Routing by = Objects.requireNonNull(routing);
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
      case UNUSED, ARRIVING, ENDED -> {}
    }
  }

  /** Ends it: orderly when nothing is lost by that, else by a reset of both sides. */
  @Override
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
    // Counted first: whoever sees the end of a connection finds it counted.
    count(ending);
    Backend to = backend;
    if (to != null) {
      to.connections.decrementAndGet();
    }
    client.close();
    server.close();
    worker.pump().discard(client);
    worker.pump().discard(server);
    stage = Stage.ENDED;
    worker.giveBack(this);
  }

  private void count(Ending ending) {
    ServedService of = service;
    if (of != null) {
      of.active.decrementAndGet();
      of.count(ending);
    } else {
      worker.strangers().increment();
    }
    AccessLog log = worker.accessLog();
    if (log != null) {
      log.add(of, backend, ending, this);
    }
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
    forget();
    connectMicros = 0;
    attempts = 0;
    tried = 0;
    stage = Stage.UNUSED;
  }
}
