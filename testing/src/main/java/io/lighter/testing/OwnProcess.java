package io.lighter.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code /proc/self} and the JVM say of this process. */
final class OwnProcess {

  /**
   * Files that the JVM opens when it first needs them and then keeps: class path entries, its run
   * image, the seed of its random numbers. Also the listing of {@code /proc/self/fd} itself.
   */
  private static final Pattern OPENED_BY_JVM =
      Pattern.compile(".*\\.jar|.*/lib/modules|/dev/u?random|/proc/\\d+/fd");

  /** Threads that the JDK starts on first use and keeps for later: they belong to no test. */
  private static final Pattern KEPT_BY_JDK =
      Pattern.compile(
          "process reaper.*|process-reaper.*|ForkJoinPool.*|VirtualThread-.*|Common-Cleaner"
              + "|Cleaner-\\d+|Attach Listener|.*-poller|Read-Poller|Write-Poller|.*Poller"
              + "|surefire-.*|ping-.*|last-ditch-.*|junit-.*");

  private OwnProcess() {}

  static List<String> descriptors() {
    List<String> targets = new ArrayList<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        Links.read(descriptor)
            .filter(target -> !OPENED_BY_JVM.matcher(target).matches())
            .ifPresent(targets::add);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("listing /proc/self/fd", e);
    }
    return List.copyOf(targets);
  }

  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !KEPT_BY_JDK.matcher(thread.getName()).matches())
        .map(thread -> thread.threadId() + " (" + thread.getName() + ")")
        .toList();
  }

  static long mappings() {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException("reading /proc/self/maps", e);
    }
  }
}
