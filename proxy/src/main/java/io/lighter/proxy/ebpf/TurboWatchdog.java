package io.lighter.proxy.ebpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.lighter.linux.BpfMap;
import io.lighter.linux.BpfRing;
import io.lighter.linux.Epoll;
import io.lighter.linux.EpollEvents;
import io.lighter.linux.EventFds;
import io.lighter.linux.Fd;
import io.lighter.linux.Linux;
import io.lighter.linux.SharedMemory;
import io.lighter.proxy.thread.ThreadEnd;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Gives credit to ends of connections that skip TCP, by what their other ends have read. Without
 * it, and so when its process is killed, all of them run out of credit and go on by TCP.
 *
 * <p>An end is told a limit: the bytes that it had sent, and {@link TurboLayout#WINDOW}, less what
 * is unread at its other end; this is looked at after it told how much it had sent. So never more
 * than the window is unread, but for what threads are about to hand over at that moment.
 *
 * <p>It also takes clients out whose other ends did not come: they are on other machines.
 */
final class TurboWatchdog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TurboWatchdog.class.getName());
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  /** How long the other end of a client may take to come. */
  private static final long DIAL_TIME = TimeUnit.SECONDS.toNanos(1);

  private static final int ROUND_MILLIS = 1_000;

  /** While an end waits for a reader that is slow. */
  private static final int SHORT_ROUND_MILLIS = 5;

  /** How many short rounds a slow reader has. */
  private static final int PATIENCE = 200;

  /** An end that wants credit: whose reader's addresses these are. */
  private record Request(InetSocketAddress reader, InetSocketAddress from, long sent, int looks) {}

  private final Linux linux;
  private final Map<String, BpfMap> maps;
  private final SharedMemory credits;
  private final BpfRing bell;
  private final Fd stop;
  private final UnreadBytes unread;
  private final Map<Long, Request> requests = new HashMap<>();
  private final Thread thread;

  private TurboWatchdog(
      Linux linux,
      ClientNamespaces namespaces,
      Map<String, BpfMap> maps,
      SharedMemory credits,
      BpfRing bell,
      Fd stop) {
    this.linux = linux;
    this.maps = maps;
    this.credits = credits;
    this.bell = bell;
    this.stop = stop;
    this.unread = new UnreadBytes(linux, namespaces);
    this.thread = Thread.ofPlatform().daemon().name("lighter-turbo").unstarted(this::run);
  }

  /**
   * Starts its thread.
   *
   * @param maps open for as long as this is
   */
  static TurboWatchdog start(Linux linux, ClientNamespaces namespaces, Map<String, BpfMap> maps) {
    List<AutoCloseable> opened = new ArrayList<>();
    boolean done = false;
    try {
      SharedMemory credits = linux.bpfMaps().map(map(maps, TurboLayout.CREDITS));
      opened.add(credits);
      BpfRing bell = linux.bpfMaps().ring(map(maps, TurboLayout.BELL));
      opened.add(bell);
      Fd stop = linux.eventFds().create(0, EventFds.EFD_NONBLOCK);
      TurboWatchdog watchdog = new TurboWatchdog(linux, namespaces, maps, credits, bell, stop);
      watchdog.thread.start();
      done = true;
      return watchdog;
    } finally {
      if (!done) {
        opened.forEach(TurboWatchdog::closeQuietly);
      }
    }
  }

  private static void closeQuietly(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      throw new AssertionError("unmapping does not fail", e);
    }
  }

  private static BpfMap map(Map<String, BpfMap> maps, String name) {
    BpfMap map = maps.get(name);
    if (map == null) {
      throw new IllegalStateException("there is no map " + name);
    }
    return map;
  }

  private void run() {
    try (Fd epoll = linux.epoll().create();
        Arena arena = Arena.ofConfined();
        unread) {
      EpollEvents events = new EpollEvents(arena, 2);
      linux.epoll().add(epoll, stop, Epoll.EPOLLIN, 0);
      linux.epoll().add(epoll, map(maps, TurboLayout.BELL), Epoll.EPOLLIN, 0);
      warmUp();
      long swept = System.nanoTime();
      while (linux.eventFds().take(stop) == 0) {
        linux.epoll().await(epoll, events, requests.isEmpty() ? ROUND_MILLIS : SHORT_ROUND_MILLIS);
        try {
          bell.read(this::note);
          grantAll();
          if (System.nanoTime() - swept > TimeUnit.MILLISECONDS.toNanos(ROUND_MILLIS)) {
            swept = System.nanoTime();
            sweep(swept);
            unread.tidy();
          }
        } catch (RuntimeException e) {
          // Who wants credit does not get it, and goes on by TCP.
          LOG.log(Level.WARNING, "connections that skip TCP are given back", e);
          requests.clear();
        }
      }
    }
  }

  /** The first question takes long, and an end that runs out of credit would not wait for it. */
  private void warmUp() {
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      unread.of(nobody, nobody);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "what connections have not read is not to be had", e);
    }
  }

  private void note(MemorySegment lane) {
    Place local = place(lane, TurboLayout.KEY_LOCAL);
    Place remote = place(lane, TurboLayout.KEY_REMOTE);
    requests.put(
        lane.get(JAVA_LONG, TurboLayout.LANE_COOKIE),
        new Request(
            local.withPort(lane.get(JAVA_INT, TurboLayout.KEY_LOCAL_PORT)),
            remote.withPort(lane.get(JAVA_INT, TurboLayout.KEY_REMOTE_PORT)),
            lane.get(JAVA_LONG, TurboLayout.LANE_SENT),
            0));
  }

  private static Place place(MemorySegment lane, long at) {
    return new Place(lane.get(JAVA_LONG, at), lane.get(JAVA_LONG, at + Long.BYTES));
  }

  private void grantAll() {
    requests.entrySet().removeIf(entry -> isSettled(entry.getKey(), entry.getValue()));
    requests.replaceAll(
        (cookie, request) ->
            new Request(request.reader, request.from, request.sent, request.looks + 1));
  }

  private boolean isSettled(long cookie, Request request) {
    long left = unread.of(request.reader, request.from);
    if (left < 0) {
      return true;
    }
    if (left < TurboLayout.WINDOW - TurboLayout.LOW) {
      grant(cookie, request.sent + TurboLayout.WINDOW - left);
      return true;
    }
    return request.looks >= PATIENCE;
  }

  /** A program that reads meanwhile finds none, rather than another's. */
  private void grant(long cookie, long limit) {
    MemorySegment memory = credits.memory();
    long at = (cookie & TurboLayout.CREDITS_SIZE - 1) * TurboLayout.CREDIT_SIZE;
    LONG.setVolatile(memory, at, 0L);
    LONG.setVolatile(memory, at + TurboLayout.CREDIT_LIMIT, limit);
    LONG.setVolatile(memory, at, cookie);
  }

  /**
   * Takes out who dialled and found nobody here. Who takes a note first has the say: either the
   * other end, or this.
   */
  private void sweep(long now) {
    BpfMap dialled = map(maps, TurboLayout.DIALLED);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(TurboLayout.KEY_SIZE, Long.BYTES);
      MemorySegment time = arena.allocate(JAVA_LONG);
      List<byte[]> old = new ArrayList<>();
      for (boolean more = linux.bpfMaps().nextKey(dialled, null, key);
          more;
          more = linux.bpfMaps().nextKey(dialled, key, key)) {
        if (linux.bpfMaps().lookup(dialled, key, time)
            && now - time.get(JAVA_LONG, 0) > DIAL_TIME) {
          old.add(key.toArray(JAVA_BYTE));
        }
      }
      for (byte[] one : old) {
        key.copyFrom(MemorySegment.ofArray(one));
        if (linux.bpfMaps().delete(dialled, key)) {
          linux.bpfMaps().delete(map(maps, TurboLayout.SOCKETS), key);
        }
      }
    }
  }

  /** Ends its thread. */
  @Override
  public void close() {
    linux.eventFds().add(stop, 1);
    ThreadEnd.await(thread);
    stop.close();
    bell.close();
    credits.close();
  }
}
