package io.lighter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lighter.testing.RequiresRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@RequiresRoot
class OwnExecutableTest {
  private static final Path LINK = Path.of("/proc/self/exe");

  @Test
  void shouldLeadToAFileThatNobodyCanChange() throws IOException {
    Linux linux = Linux.kernel();

    assertThat(linux.ownExecutable().replace()).isNull();
    assertThat(linux.ownExecutable().replace()).as("once more").isNull();

    assertThat(Files.readSymbolicLink(LINK)).hasToString("/memfd:lighter-executable (deleted)");
    assertThat(Files.size(LINK)).isZero();
    assertThatThrownBy(() -> Files.writeString(LINK, "x")).isInstanceOf(IOException.class);
    assertThat(LINK).isEmptyFile();
  }
}
