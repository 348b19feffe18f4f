package io.lighter.cli.images;

import static io.lighter.cli.flags.FlagSection.onOff;
import static io.lighter.cli.flags.FlagSection.valued;

import io.lighter.cli.flags.Flags;
import io.lighter.cli.flags.UsageException;
import io.lighter.cli.run.StateFolder;
import io.lighter.cli.running.ContainerInspection;
import io.lighter.cli.running.RunningContainer;
import io.lighter.cli.running.RunningContainers;
import io.lighter.cli.template.GoTemplate;
import io.lighter.images.ImageException;
import io.lighter.images.Platform;
import io.lighter.images.docker.ImageInspection;
import io.lighter.images.store.ImageLookup;
import io.lighter.images.store.ImageRecord;
import io.lighter.images.store.ImageStore;
import io.lighter.runtime.json.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.Option;

/** {@code lighter inspect}: of images, and of containers that run. */
final class InspectCommand implements ImageCommand {
  private static final String ANY = "";
  private static final String IMAGE = "image";
  private static final String CONTAINER = "container";

  private final String name;

  InspectCommand(String name) {
    this.name = name;
  }

  private boolean isGeneral() {
    return name.equals("inspect");
  }

  @Override
  public String usage() {
    return name + (isGeneral() ? " [OPTIONS] NAME|ID [NAME|ID...]" : " [OPTIONS] IMAGE [IMAGE...]");
  }

  @Override
  public String description() {
    return "Show all about images" + (isGeneral() ? " and containers that run" : "");
  }

  @Override
  public List<Option> flags() {
    List<Option> flags =
        new ArrayList<>(
            List.of(
                valued("f", "format", "string", "json, or a template"),
                valued(
                    "", "platform", "string", "Show the image only if it is for this platform")));
    if (isGeneral()) {
      flags.add(onOff("s", "size", "Only for containers, and not yet; images show their size"));
      flags.add(valued("", "type", "string", "Look only for: container, image"));
    }
    return flags;
  }

  @Override
  public int least() {
    return 1;
  }

  @Override
  public int most() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int run(Flags flags, ImageSession session) throws IOException {
    String type = type(flags);
    String format = flags.last("format");
    GoTemplate template =
        format == null || format.isEmpty() || format.equals("json")
            ? null
            : GoTemplate.parse(format);
    List<Map<String, Object>> found = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (String operand : flags.operands()) {
      try {
        found.add(document(flags, session, type, operand));
      } catch (ImageException e) {
        errors.add(String.valueOf(e.getMessage()));
      }
    }
    if (template != null) {
      found.forEach(one -> session.out().println(template.apply(one)));
    } else if ("json".equals(format)) {
      session.out().println(JsonWriter.compact(found));
    } else {
      session.out().println(found.isEmpty() ? "[]" : JsonWriter.indented(found));
    }
    errors.forEach(error -> session.err().println("Error: " + error));
    return errors.isEmpty() ? 0 : 1;
  }

  private String type(Flags flags) {
    String given = isGeneral() ? flags.last("type") : IMAGE;
    return switch (given) {
      case null -> ANY;
      case ANY, IMAGE, CONTAINER -> given;
      default ->
          throw new UsageException(
              "--type " + given + ": only images and containers can be inspected yet");
    };
  }

  /** As with Docker, a container goes before an image of the same name. */
  private static Map<String, Object> document(
      Flags flags, ImageSession session, String type, String operand) throws IOException {
    Path state = new StateFolder(session.variables(), session.folder()).ofRoot();
    if (!type.equals(IMAGE)) {
      RunningContainers all = new RunningContainers(session.linux(), state);
      RunningContainer running =
          type.equals(CONTAINER) ? all.find(operand) : all.findOrNull(operand);
      if (running != null) {
        return container(flags, session, state, running);
      }
    }
    ImageStore store = session.store();
    ImageLookup lookup = new ImageLookup(store);
    ImageLookup.Found found =
        type.equals(IMAGE) ? lookup.find(operand) : lookup.findOrNull(operand);
    if (found == null) {
      throw new ImageException("No such object: " + operand);
    }
    checkPlatform(flags, store, found.image(), operand);
    return ImageInspection.of(store, found.image());
  }

  private static Map<String, Object> container(
      Flags flags, ImageSession session, Path state, RunningContainer container)
      throws IOException {
    if (flags.isOn("size", false)) {
      throw new UsageException("--size: the size of a container is not counted yet");
    }
    if (flags.last("platform") != null) {
      throw new UsageException(
          "--platform is for images, and this is a container: " + container.name());
    }
    return ContainerInspection.of(session.linux(), state, container);
  }

  private static void checkPlatform(
      Flags flags, ImageStore store, ImageRecord image, String operand) throws IOException {
    String asked = flags.last("platform");
    if (asked != null) {
      Platform has = store.config(image).platform();
      if (Platform.parse(asked).suitability(has) == 0) {
        throw new ImageException(
            "image with reference %s was found but does not match the specified platform: wanted %s, actual: %s"
                .formatted(operand, asked, has));
      }
    }
  }
}
