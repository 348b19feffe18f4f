package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.archive.ImageImport;
import io.lighter.images.build.ConfigChanges;
import io.lighter.images.manifest.ContainerConfig;
import io.lighter.images.reference.Reference;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code lighter import}. */
final class ImportCommand implements ImageCommand {
  @Override
  public String usage() {
    return "import [OPTIONS] file|URL|- [REPOSITORY[:TAG]]";
  }

  @Override
  public String description() {
    return "Make an image of one layer from an archive of files";
  }

  @Override
  public List<Option> flags() {
    return List.of(
        valued("c", "change", "list", "Apply a Dockerfile instruction to the image"),
        valued("m", "message", "string", "Message for the history"),
        valued("", "platform", "string", "Platform of the programs in it"));
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public int most() {
    return 2;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    String source = flags.operands().getFirst();
    Reference name = flags.operands().size() < 2 ? null : Reference.parse(flags.operands().get(1));
    if (name != null && name.digest() != null) {
      throw new ImageException("cannot import digest reference");
    }
    String asked = flags.last("platform");
    Platform platform = asked == null ? Platform.local() : Platform.parse(asked);
    ContainerConfig config = ConfigChanges.apply(ContainerConfig.EMPTY, flags.all("change"));
    String message = flags.last("message");
    ImageStore store = session.store();
    try (InputStream in = open(source, session)) {
      ImageRecord image =
          new ImageImport(store)
              .run(
                  in,
                  message == null || message.isEmpty() ? "Imported from " + source : message,
                  platform,
                  config,
                  name);
      session.out().println(image.id());
    }
    return 0;
  }

  private static InputStream open(String source, ImageSession session) throws IOException {
    if (source.equals("-")) {
      return session.in();
    }
    if (source.startsWith("http://") || source.startsWith("https://")) {
      return download(source);
    }
    try {
      return Files.newInputStream(session.file(source));
    } catch (NoSuchFileException e) {
      throw new ImageException("the file " + source + " does not exist", e);
    }
  }

  private static InputStream download(String url) throws IOException {
    try {
      HttpClient client =
          HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(URI.create(url)).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        response.body().close();
        throw new ImageException(url + " answers with status " + response.statusCode());
      }
      return response.body();
    } catch (IllegalArgumentException e) {
      throw new ImageException("\"" + url + "\" is no URL: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the download was interrupted", e);
    }
  }
}
