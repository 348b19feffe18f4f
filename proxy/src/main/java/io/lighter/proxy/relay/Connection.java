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
final class Connection extends Timer implements Source {
  private static final long NANOS_PER_MICRO = 1_000;

  private enum Stage {
    UNUSED,
    /** The client shall send a PROXY header. */
    HEADER,
    /** The client shall send a ClientHello. */
    HELLO,
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
  private int attempts;
  private int connectMicros;
  private char port;
  private @Nullable ServedService service;
  private @Nullable Routing routing;
  private @Nullable Backend backend;
  private @Nullable Place place;

  /** What a PROXY header told; made by the first that did. */
  private @Nullable Flow told;

  private boolean isTold;
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

  /** Adds what the access log says of it: who, how long, how much. */
  void describe(TextBuffer line) {
    line.put(" client=").putAddress(high, low).put(':').putNumber(port);
    line.put(" attempts=").putNumber(attempts);
    line.put(" connect-us=").putNumber(connectMicros);
    line.put(" total-us=").putNumber((worker.loop().now() - started) / NANOS_PER_MICRO);
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
    started = worker.loop().now();
    high = peer.high();
    low = peer.low();
    port = (char) peer.port();
    this.place = place;
    if (place.claims().withHeader()) {
      listenTo(Stage.HEADER);
    } else {
      greet(place.claims());
    }
  }

  /** Finds out which service a client wants whose address is known. */
  private void greet(Place.Claims claims) {
    ServedService any = claims.any();
    if (!claims.names().isEmpty()) {
      listenTo(Stage.HELLO);
    } else if (any != null) {
      admit(any);
    } else {
      end(Ending.SERVER_NAME);
    }
  }

  private void listenTo(Stage next) {
    EventLoop loop = worker.loop();
    if (stage == Stage.UNUSED) {
      loop.watch(client, End.EVENTS, client.token);
    }
    stage = next;
    loop.schedule(this, started + worker.greetingTimeout());
    if (client.readable) {
      hear();
    }
  }

  /** Looks at what the client has said until now. */
  private void hear() {
    Greeting greeting = worker.greeting();
    Place.Claims claims = Objects.requireNonNull(place).claims();
    boolean header = stage == Stage.HEADER;
    switch (header ? greeting.hearHeader(client) : greeting.hearName(client, claims.names())) {
      case WAIT -> {}
      case LOST -> end(Ending.CLIENT_RESET);
      case HEARD -> {
        if (header) {
          learn(greeting);
          greet(claims);
        } else {
          admitIfAny(greeting.named());
        }
      }
      case OTHER -> {
        if (header) {
          end(Ending.HEADER);
        } else {
          admitIfAny(claims.any());
        }
      }
    }
  }

  /** Takes the client for who its header says that it is. */
  private void learn(Greeting greeting) {
    if (greeting.header().hasFlow()) {
      Flow flow = told == null ? new Flow() : told;
      flow.copyFrom(greeting.header().flow());
      told = flow;
      isTold = true;
      high = flow.sourceHigh;
      low = flow.sourceLow;
      port = (char) flow.sourcePort;
    }
  }

  private void admitIfAny(@Nullable ServedService wanted) {
    if (wanted == null) {
      end(Ending.SERVER_NAME);
    } else {
      admit(wanted);
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
      if (stage == Stage.UNUSED) {
        worker.loop().watch(client, End.EVENTS, client.token);
      }
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
      int answer = worker.dialer().dial(server, next);
      if (answer == 0 || answer == -Errno.EINPROGRESS) {
        active = System.nanoTime();
        loop.watch(server, End.EVENTS, server.token);
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
        case HEADER, HELLO -> hear();
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
      tell(by.behaviour.headers().send());
    }
    flow();
  }

  /** Tells the endpoint who the client is. */
  private void tell(ProxyHeaders.Version version) {
    Greeting greeting = worker.greeting();
    Flow flow = isTold && told != null ? told : greeting.flowOf(client, high, low, port);
    server.failed |= !greeting.tell(server, version, flow);
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
    Routing by = routing;
    if (by == null) {
      expiredUnheard();
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
      case UNUSED, HEADER, HELLO, ENDED -> {}
    }
  }

  /** A client that has said nothing may be one that waits for the server to begin. */
  private void expiredUnheard() {
    if (stage == Stage.HEADER) {
      end(Ending.HEADER);
    } else if (stage == Stage.HELLO) {
      admitIfAny(Objects.requireNonNull(place).claims().any());
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
    place = null;
    isTold = false;
    connectMicros = 0;
    attempts = 0;
    tried = 0;
    stage = Stage.UNUSED;
  }
}
