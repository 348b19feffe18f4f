package io.lighter.bench.logs;

import io.lighter.linux.Linux;
import io.lighter.linux.Pipe;
import io.lighter.runtime.logs.ContainerLog;
import io.lighter.runtime.logs.LogPipeline;
import io.lighter.runtime.logs.LogPipes;
import io.lighter.runtime.logs.LogSink;
import io.lighter.runtime.logs.LogSources;
import io.lighter.runtime.logs.file.CriFileSink;
import io.lighter.runtime.logs.file.JsonFileOptions;
import io.lighter.runtime.logs.file.JsonFileSink;
import io.lighter.runtime.logs.store.SegmentStore;
import io.lighter.runtime.logs.store.StoreConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;

/**
 * The process that holds our log pipeline and nothing else, so that its processor time is the
 * pipeline's. It does what is said on its standard input, a line each, and answers with a line:
 *
 * <ul>
 *   <li>{@code add FORMAT PATH}: a container; answers with the files of its two pipes' writing ends
 *   <li>{@code end}: waits for the end of the one that was added last; its writing ends are closed
 *       here first, so it ends when its writer does
 *   <li>{@code idle FORMAT FOLDER COUNT}: as many containers that write nothing
 *   <li>{@code collect}: collects the garbage
 * </ul>
 */
public final class LogHost {
  private static final int COLLECTIONS = 4;

  /** No bound and no compression: all files are to be looked at when the writer is through. */
  private static final StoreConfig STORE =
      StoreConfig.DEFAULT
          .withCompression(false)
          .withRetention(Long.MAX_VALUE, Integer.MAX_VALUE, Duration.ZERO);

  private final Linux linux = Linux.kernel();
  private final LogPipeline pipeline = LogPipeline.open(linux);
  private final Deque<Container> containers = new ArrayDeque<>();

  private record Container(ContainerLog log, Pipe out, Pipe err) {
    void closeWriting() {
      out.write().close();
      err.write().close();
    }
  }

  private LogHost() {}

  /** Works until its standard input ends. */
  public static void main(String[] args) throws Exception {
    LogHost host = new LogHost();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    String line;
    while ((line = in.readLine()) != null) {
      System.out.println(host.obey(line.split(" ", -1)));
    }
    host.pipeline.close();
  }

  private String obey(String... words) throws Exception {
    return switch (words[0]) {
      case "add" -> {
        Container added = add(words[1], Path.of(words[2]));
        yield added.out.write().procPath() + " " + added.err.write().procPath();
      }
      case "end" -> end();
      case "idle" -> {
        for (int i = 0; i < Integer.parseInt(words[3]); i++) {
          add(words[1], Path.of(words[2], "idle-" + i));
        }
        yield "ok";
      }
      case "collect" -> {
        for (int i = 0; i < COLLECTIONS; i++) {
          System.gc();
          Thread.sleep(100);
        }
        yield "ok";
      }
      default -> throw new IOException("unknown: " + words[0]);
    };
  }

  private Container add(String format, Path path) {
    Pipe out = LogPipes.create(linux);
    Pipe err = LogPipes.create(linux);
    LogSources sources = LogSources.pipes(linux, out.read(), err.read());
    String id = "container-" + containers.size();
    Container added = new Container(pipeline.add(id, sources, sink(format, path)), out, err);
    containers.addLast(added);
    return added;
  }

  private String end() throws ExecutionException, InterruptedException {
    Container last = containers.removeLast();
    last.closeWriting();
    last.log.ended().get();
    return "ended " + last.log.counters().bytes();
  }

  private static Path folder(Path path) {
    try {
      return Files.createDirectory(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LogSink sink(String format, Path path) {
    return switch (format) {
      case "cri" -> new CriFileSink(linux, path);
      case "json-file" -> new JsonFileSink(linux, path, JsonFileOptions.unbounded(), Runnable::run);
      case "native" -> SegmentStore.open(linux, folder(path), STORE, Runnable::run);
      default -> throw new IllegalArgumentException(format);
    };
  }
}
