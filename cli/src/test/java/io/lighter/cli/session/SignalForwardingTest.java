package io.lighter.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.lighter.testing.RequiresTool;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@RequiresTool("sh")
@Timeout(60)
class SignalForwardingTest {
  private static final int WINDOW = -1;

  private final BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();

  @ParameterizedTest
  @ValueSource(ints = {3, 10, 12, 14, 15, 18, 20, 34, 37, 64})
  void shouldPassASignalOn(int signal) throws IOException, InterruptedException {
    try (SignalForwarding _ = SignalForwarding.to(seen::add, this::window)) {
      send(signal);

      assertThat(seen.take()).isEqualTo(signal);
    }
  }

  @Test
  void shouldTellOfTheWindow() throws IOException, InterruptedException {
    try (SignalForwarding _ = SignalForwarding.to(seen::add, this::window)) {
      send(28);

      assertThat(seen.take()).isEqualTo(WINDOW);
    }
  }

  @Test
  void shouldPassNothingOnOnceClosed() throws IOException, InterruptedException {
    SignalForwarding first = SignalForwarding.to(seen::add, this::window);
    first.close();
    first.close();
    BlockingQueue<Integer> second = new LinkedBlockingQueue<>();
    try (SignalForwarding _ = SignalForwarding.to(second::add, this::window)) {
      send(10);

      assertThat(second.take()).isEqualTo(10);
    }
    assertThat(seen).isEmpty();
  }

  private void window() {
    seen.add(WINDOW);
  }

  private static void send(int signal) throws IOException, InterruptedException {
    String command = "kill -" + signal + " " + ProcessHandle.current().pid();
    assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor()).isZero();
  }
}
