package io.lighter.proxy.relay;

import io.lighter.linux.Connections;
import io.lighter.linux.Errno;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SockaddrBuffer;
import io.lighter.linux.SocketFlags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * One loop's share of the relay: its listeners, its connections and what these borrow. Everything
 * but the constructor and {@link #takeConnectTimes} is for the loop's thread.
 */
final class Worker {
  /** What came of accepting. */
  enum Accepted {
    ACCEPTED,
    NOBODY,
    /** Descriptors or memory have run out. */
    EXHAUSTED
  }

  /** Connect times in microseconds, to three minutes, with two digits. */
  static final long LONGEST_CONNECT = 180_000_000;

  private final Linux linux;
  private final Connections connections;
  private final EventLoop loop;
  private final Pump pump;
  private final PipePool pipes;
  private final Candidacy candidacy = new Candidacy();
  private final SockaddrBuffer peer;
  private final Dialer dialer;
  private final Greeting greeting;
  private final long greetingTimeout;
  private final @Nullable AccessLog accessLog;
  private final LongAdder strangers = new LongAdder();
  private @Nullable Histogram taken;
  private final SingleWriterRecorder connectTimes = new SingleWriterRecorder(1, LONGEST_CONNECT, 2);

  /** Mostly one at a place; more when they are another process' that had more loops. */
  private final Map<Place, List<Listener>> listeners = new HashMap<>();

  /** All that there are, in use or not; they are used again. */
  private final List<Connection> all = new ArrayList<>();

  private final List<Connection> free = new ArrayList<>();

  /** Those that ended in this turn, of which there may still be events. */
  private final List<Connection> ended = new ArrayList<>();

  private final List<Integer> endedTokens = new ArrayList<>();

  Worker(Linux linux, EventLoop loop, RelayConfig config) {
    this.linux = linux;
    this.connections = linux.connections();
    this.loop = loop;
    this.pipes = new PipePool(linux.pipes(), config.pipeSize(), config.pipesPerLoop());
    this.pump = new Pump(linux, loop.arena(), pipes, config.spliceAfter());
    this.peer = new SockaddrBuffer(loop.arena());
    this.dialer = new Dialer(linux, loop.arena());
    this.greeting = new Greeting(linux, loop.arena());
    this.greetingTimeout = config.greetingTimeout().toNanos();
    Fd file = config.accessLog();
    this.accessLog =
        file == null ? null : new AccessLog(linux, loop.arena(), file, config.errors());
    loop.atEndOfTurn(this::endTurn);
  }

  Linux linux() {
    return linux;
  }

  EventLoop loop() {
    return loop;
  }

  Pump pump() {
    return pump;
  }

  Dialer dialer() {
    return dialer;
  }

  Greeting greeting() {
    return greeting;
  }

  long greetingTimeout() {
    return greetingTimeout;
  }

  @Nullable AccessLog accessLog() {
    return accessLog;
  }

  long lostLogLines() {
    return accessLog == null ? 0 : accessLog.lost();
  }

  /** Returns the count of clients that were refused before it was known whose they are. */
  LongAdder strangers() {
    return strangers;
  }

  Candidacy candidacy() {
    return candidacy;
  }

  /** Notes how long a connect took, in microseconds. */
  void noteConnect(int micros) {
    connectTimes.recordValue(Math.min(micros, LONGEST_CONNECT));
  }

  /** Adds what was noted since the last time. For one other thread at a time. */
  void takeConnectTimes(Histogram sum) {
    Histogram latest = connectTimes.getIntervalHistogram(taken);
    sum.add(latest);
    taken = latest;
  }

  /**
   * Listens.
   *
   * @param held whether nobody is accepted before {@link #begin}
   */
  void listen(Place place, Fd socket, boolean held) {
    listeners
        .computeIfAbsent(place, p -> new ArrayList<>(1))
        .add(new Listener(this, place, socket, held));
  }

  void stopListening(Place place) {
    List<Listener> gone = listeners.remove(place);
    if (gone != null) {
      gone.forEach(Listener::close);
    }
  }

  /** Accepts at all listeners, those too that were held. */
  void begin() {
    listeners.values().forEach(at -> at.forEach(Listener::begin));
  }

  /** Offers all listeners to another process. */
  void offer(CompletableFuture<List<OfferedSocket>> answer) {
    List<OfferedSocket> offered = new ArrayList<>();
    try {
      for (List<Listener> at : listeners.values()) {
        for (Listener listener : at) {
          Fd copy = linux.files().dup(listener.socket());
          offered.add(new OfferedListener(this, listener, copy));
        }
      }
      answer.complete(offered);
    } catch (RuntimeException e) {
      offered.forEach(OfferedSocket::close);
      answer.completeExceptionally(e);
    }
  }

  /** Leaves a listener to another process. */
  void release(Listener listener) {
    List<Listener> at = listeners.get(listener.place());
    if (at != null && at.remove(listener)) {
      listener.release();
    }
  }

  /** Accepts one client. */
  Accepted accept(Place place, Fd socket) {
    Connection connection = take();
    int answer = connections.accept4(socket, connection.client(), peer, SocketFlags.SOCK_NONBLOCK);
    if (answer == 0) {
      connection.begin(place, peer);
      return Accepted.ACCEPTED;
    }
    free.add(connection);
    return switch (-answer) {
      case Errno.EAGAIN -> Accepted.NOBODY;
      case Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM -> Accepted.EXHAUSTED;
      // What became of a client that has gone: accept(2), "Error handling".
      default -> Accepted.NOBODY;
    };
  }

  private Connection take() {
    if (!free.isEmpty()) {
      return free.removeLast();
    }
    Connection connection = new Connection(this);
    all.add(connection);
    return connection;
  }

  /** Takes back a connection that has ended, at the end of the turn. */
  void giveBack(Connection connection) {
    ended.add(connection);
  }

  void unregisterAtEndOfTurn(int token) {
    endedTokens.add(token);
  }

  private void endTurn() {
    recycle();
    if (accessLog != null) {
      accessLog.flush();
    }
  }

  private void recycle() {
    while (!ended.isEmpty()) {
      Connection connection = ended.removeLast();
      connection.recycle();
      free.add(connection);
    }
    while (!endedTokens.isEmpty()) {
      loop.unregister(endedTokens.removeLast());
    }
  }

  /** Ends the connections of an endpoint after a time, unless it is taken back before. */
  void drain(ServedService.Drain drain, long timeout) {
    Timer timer =
        new Timer() {
          @Override
          protected void expired() {
            if (drain.backend().isLastDrain(drain.number())) {
              endAll(drain.backend(), Ending.DRAINED);
            }
          }
        };
    loop.schedule(timer, loop.now() + timeout);
  }

  /** Ends connections. */
  void endAll(@Nullable Backend backend, Ending ending) {
    for (int i = 0; i < all.size(); i++) {
      Connection connection = all.get(i);
      if (connection.isActive() && (backend == null || connection.backend() == backend)) {
        connection.end(ending);
      }
    }
  }

  /** Returns how many clients are connected. */
  int active() {
    return all.size() - free.size() - ended.size();
  }

  int pipeCount() {
    return pipes.count();
  }

  /** Ends everything. */
  void close() {
    for (Place place : List.copyOf(listeners.keySet())) {
      stopListening(place);
    }
    endAll(null, Ending.CLOSED);
    endTurn();
    pipes.close();
  }
}
