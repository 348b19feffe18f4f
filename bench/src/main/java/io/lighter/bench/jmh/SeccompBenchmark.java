package io.lighter.bench.jmh;

import io.lighter.linux.Architecture;
import io.lighter.linux.KernelVersion;
import io.lighter.runtime.seccomp.DefaultProfile;
import io.lighter.runtime.seccomp.FilterCache;
import io.lighter.runtime.seccomp.SeccompCompiler;
import io.lighter.runtime.seccomp.SeccompProgram;
import io.lighter.runtime.spec.Capability;
import io.lighter.runtime.spec.Seccomp;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the default seccomp profile costs a start: compiled anew, found in the cache as the same
 * object, and found as another object with the same content.
 *
 * <p>The ceiling for a hit is a few loads and compares; the anchor for the compiler is libseccomp,
 * with which runc spends most of its start-up time on this.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SeccompBenchmark {
  private static final Set<Capability> CAPABILITIES =
      EnumSet.of(Capability.CAP_CHOWN, Capability.CAP_SETUID, Capability.CAP_NET_RAW);

  private final FilterCache cache = new FilterCache();
  private Seccomp profile = profile();

  private static Seccomp profile() {
    return DefaultProfile.forContainer(
        CAPABILITIES, Architecture.current(), KernelVersion.current());
  }

  /** Fills the cache. */
  @Setup
  public void setUp() {
    profile = profile();
    cache.get(profile, Architecture.current());
  }

  /** Chooses the rules for a container's capabilities, as every start with the default does. */
  @Benchmark
  public Seccomp choose() {
    return profile();
  }

  /** Compiles for the three conventions of this machine. */
  @Benchmark
  public SeccompProgram compile() {
    return SeccompCompiler.compile(profile, Architecture.current());
  }

  /** Finds the filter of a profile object that was seen before. */
  @Benchmark
  public SeccompProgram hit() {
    return cache.get(profile, Architecture.current());
  }

  /** Finds the filter of a new object, as after reading a {@code config.json} again. */
  @Benchmark
  public SeccompProgram hitByContent() {
    Seccomp copy =
        new Seccomp(
            profile.defaultAction(),
            profile.defaultErrnoRet(),
            profile.architectures(),
            profile.flags(),
            profile.listenerPath(),
            profile.listenerMetadata(),
            List.copyOf(profile.syscalls()));
    return cache.get(copy, Architecture.current());
  }
}
