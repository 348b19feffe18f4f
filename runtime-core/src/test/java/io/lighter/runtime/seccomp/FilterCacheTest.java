package io.lighter.runtime.seccomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.linux.Architecture;
import io.lighter.runtime.spec.Seccomp;
import io.lighter.runtime.spec.SeccompAction;
import io.lighter.runtime.spec.SeccompSyscall;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FilterCacheTest {
  private static Seccomp profile(int errno) {
    return new Seccomp(
        SeccompAction.ALLOW,
        null,
        List.of(),
        List.of(),
        null,
        null,
        List.of(new SeccompSyscall(List.of("mount"), SeccompAction.ERRNO, errno, List.of())));
  }

  @Test
  void shouldCompileAProfileOnce() {
    FilterCache cache = new FilterCache();
    Seccomp profile = profile(1);
    SeccompProgram program = cache.get(profile, Architecture.X86_64);
    assertThat(cache.get(profile, Architecture.X86_64)).isSameAs(program);
    assertThat(cache.get(profile(1), Architecture.X86_64)).isSameAs(program);
    assertThat(cache.get(profile(1), Architecture.X86_64)).isSameAs(program);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void shouldTellProfilesAndArchitecturesApart() {
    FilterCache cache = new FilterCache();
    assertThat(
            Set.of(
                cache.get(profile(1), Architecture.X86_64),
                cache.get(profile(2), Architecture.X86_64),
                cache.get(profile(1), Architecture.AARCH64)))
        .hasSize(3);
    assertThat(cache.size()).isEqualTo(3);
  }

  @Test
  void shouldStayBoundedAndKeepWhatIsAskedFor() {
    FilterCache cache = new FilterCache(4);
    Seccomp favourite = profile(0);
    SeccompProgram program = cache.get(favourite, Architecture.X86_64);
    for (int errno = 1; errno < 50; errno++) {
      cache.get(profile(errno), Architecture.X86_64);
      assertThat(cache.get(favourite, Architecture.X86_64)).isSameAs(program);
      assertThat(cache.size()).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void shouldMakeRoomWhenAllAreAskedFor() {
    FilterCache cache = new FilterCache(1);
    Seccomp first = profile(1);
    cache.get(first, Architecture.X86_64);
    cache.get(first, Architecture.X86_64);
    SeccompProgram second = cache.get(profile(2), Architecture.X86_64);
    assertThat(cache.get(profile(2), Architecture.X86_64)).isSameAs(second);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void shouldKeepNothingThatDoesNotCompile() {
    FilterCache cache = new FilterCache();
    assertThatThrownBy(() -> cache.get(profile(5000), Architecture.X86_64))
        .hasMessageContaining("5000");
    assertThat(cache.size()).isZero();
    assertThatThrownBy(() -> new FilterCache(0)).hasMessageContaining("1 filter");
  }

  @Test
  void shouldGiveAllThreadsTheSameFilter() throws Exception {
    FilterCache cache = new FilterCache(8);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<SeccompProgram>> asks = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        int errno = i % 8;
        asks.add(() -> cache.get(profile(errno), Architecture.X86_64));
      }
      Set<SeccompProgram> programs =
          threads.invokeAll(asks).stream().map(Future::resultNow).collect(Collectors.toSet());
      assertThat(programs).hasSize(8);
    }
  }
}
