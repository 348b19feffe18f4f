package io.lighter.cli.build;

import io.lighter.cli.flags.InvalidValueException;
import io.lighter.images.Digest;
import io.lighter.images.ImageException;
import io.lighter.images.build.BuildContext;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a named context of {@code --build-context NAME=WHERE} is. */
final class ContextFlag {
  private static final String IMAGE = "docker-image://";
  private static final String LAYOUT = "oci-layout://";

  private ContextFlag() {}

  static BuildContext parse(String where, Path folder) {
    if (where.startsWith(IMAGE)) {
      return new BuildContext.Image(where.substring(IMAGE.length()));
    }
    if (where.startsWith(LAYOUT)) {
      return layout(where.substring(LAYOUT.length()), folder);
    }
    if (where.startsWith("target:")) {
      throw new InvalidValueException(
          "target: is of bake files; build " + where + " first, and name its image");
    }
    Path path = folder.resolve(where);
    if (!where.contains("://") && Files.isDirectory(path)) {
      return new BuildContext.Folder(path);
    }
    if (BuildContext.Git.isAddress(where)) {
      return new BuildContext.Git(where, false);
    }
    if (where.startsWith("http://") || where.startsWith("https://")) {
      return new BuildContext.Web(where);
    }
    throw new InvalidValueException(where + " is no folder");
  }

  private static BuildContext layout(String text, Path folder) {
    int at = text.indexOf('@');
    String rest = at < 0 ? text : text.substring(0, at);
    int colon = rest.lastIndexOf(':');
    boolean tagged = colon > rest.lastIndexOf('/');
    Path path = folder.resolve(tagged ? rest.substring(0, colon) : rest);
    if (!Files.isDirectory(path)) {
      throw new InvalidValueException(path + " is no folder");
    }
    try {
      return new BuildContext.Layout(
          path,
          tagged ? rest.substring(colon + 1) : "latest",
          at < 0 ? null : Digest.parse(text.substring(at + 1)));
    } catch (ImageException e) {
      throw new InvalidValueException(String.valueOf(e.getMessage()));
    }
  }
}
