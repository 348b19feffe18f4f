package io.lighter.proxy.relay;

import io.lighter.linux.Fd;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Relay} works, whatever it serves.
 *
 * @param loops event loops, each a thread with listeners of its own, at least 1
 * @param backlog clients that may wait to be accepted at each listener of a loop; the kernel takes
 *     no more than {@code net.core.somaxconn}
 * @param spliceAfter bytes that flow in one direction without a pause before pipes take over
 * @param pipeSize bytes that a pipe holds; the kernel grants up to {@code fs.pipe-max-size}
 * @param pipesPerLoop how many pipes a loop opens at most; a connection borrows one while it
 *     carries bulk that its receiver has not taken. Without one it copies
 * @param greetingTimeout how long a client may take to send its PROXY header and its ClientHello,
 *     where they are expected; longer than zero
 * @param accessLog gets a line about each connection; the caller's to close after the relay. Null
 *     for none. It must not block for long: a file, or what is non-blocking
 * @param binding is asked before a socket is bound
 * @param inherited listening sockets of a process before this one; nobody is accepted at those that
 *     are taken before {@link Relay#begin}
 * @param errors gets what should not happen: an error of the relay itself. The relay goes on
 */
public record RelayConfig(
    int loops,
    int backlog,
    int spliceAfter,
    int pipeSize,
    int pipesPerLoop,
    Duration greetingTimeout,
    @Nullable Fd accessLog,
    Binding binding,
    InheritedSockets inherited,
    Consumer<Throwable> errors) {
  private static final int DEFAULT_BACKLOG = 4096;
  private static final int DEFAULT_SPLICE_AFTER = 64 << 10;
  private static final int DEFAULT_PIPE_SIZE = 256 << 10;
  private static final Duration DEFAULT_GREETING = Duration.ofSeconds(5);

  /** With as many loops as the kernel grants a user pipes of that size: 64 MiB of them in all. */
  private static final int DEFAULT_PIPES = 256;

  /** Checks the figures. */
  public RelayConfig {
    if (loops < 1 || backlog < 1 || spliceAfter < 0 || pipeSize < 1 || pipesPerLoop < 0) {
      throw new IllegalArgumentException("a figure of a relay is too small");
    }
    if (greetingTimeout.isNegative() || greetingTimeout.isZero()) {
      throw new IllegalArgumentException("the time for a greeting is longer than zero");
    }
  }

  /**
   * A loop a processor.
   *
   * @param errors gets what should not happen
   */
  public static RelayConfig of(Consumer<Throwable> errors) {
    int loops = Runtime.getRuntime().availableProcessors();
    return new RelayConfig(
        loops,
        DEFAULT_BACKLOG,
        DEFAULT_SPLICE_AFTER,
        DEFAULT_PIPE_SIZE,
        Math.max(1, DEFAULT_PIPES / loops),
        DEFAULT_GREETING,
        null,
        Binding.FREE,
        InheritedSockets.NONE,
        errors);
  }

  /** The same with another number of loops. */
  public RelayConfig withLoops(int other) {
    return new RelayConfig(
        other,
        backlog,
        spliceAfter,
        pipeSize,
        pipesPerLoop,
        greetingTimeout,
        accessLog,
        binding,
        inherited,
        errors);
  }

  /** The same with room for more or fewer clients that wait. */
  public RelayConfig withBacklog(int other) {
    return new RelayConfig(
        loops,
        other,
        spliceAfter,
        pipeSize,
        pipesPerLoop,
        greetingTimeout,
        accessLog,
        binding,
        inherited,
        errors);
  }

  /** The same with pipes used earlier or later. */
  public RelayConfig withSpliceAfter(int other) {
    return new RelayConfig(
        loops,
        backlog,
        other,
        pipeSize,
        pipesPerLoop,
        greetingTimeout,
        accessLog,
        binding,
        inherited,
        errors);
  }

  /** The same with other pipes. */
  public RelayConfig withPipes(int size, int perLoop) {
    return new RelayConfig(
        loops,
        backlog,
        spliceAfter,
        size,
        perLoop,
        greetingTimeout,
        accessLog,
        binding,
        inherited,
        errors);
  }

  /** The same with more or less patience with clients that should speak first. */
  public RelayConfig withGreetingTimeout(Duration other) {
    return new RelayConfig(
        loops,
        backlog,
        spliceAfter,
        pipeSize,
        pipesPerLoop,
        other,
        accessLog,
        binding,
        inherited,
        errors);
  }

  /** The same with an access log. */
  public RelayConfig withAccessLog(Fd other) {
    return new RelayConfig(
        loops,
        backlog,
        spliceAfter,
        pipeSize,
        pipesPerLoop,
        greetingTimeout,
        other,
        binding,
        inherited,
        errors);
  }

  /** The same with somebody else to ask before a socket is bound. */
  public RelayConfig with(Binding other) {
    return new RelayConfig(
        loops,
        backlog,
        spliceAfter,
        pipeSize,
        pipesPerLoop,
        greetingTimeout,
        accessLog,
        other,
        inherited,
        errors);
  }

  /** The same with listening sockets of a process before this one. */
  public RelayConfig with(InheritedSockets other) {
    return new RelayConfig(
        loops,
        backlog,
        spliceAfter,
        pipeSize,
        pipesPerLoop,
        greetingTimeout,
        accessLog,
        binding,
        other,
        errors);
  }
}
