package io.lighter.images.manifest;

import io.lighter.images.json.Fields;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of how an image came to be.
 *
 * @param created RFC 3339, or null
 * @param createdBy the command
 * @param author or ""
 * @param comment or ""
 * @param emptyLayer whether the step made no layer
 */
public record History(
    @Nullable String created, String createdBy, String author, String comment, boolean emptyLayer) {

  static History read(Fields fields) {
    return new History(
        fields.string("created"),
        fields.text("created_by"),
        fields.text("author"),
        fields.text("comment"),
        fields.isTrue("empty_layer"));
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    Descriptors.putIfPresent(json, "created", created);
    Descriptors.putIfPresent(json, "created_by", Descriptors.emptyToNull(createdBy));
    Descriptors.putIfPresent(json, "author", Descriptors.emptyToNull(author));
    Descriptors.putIfPresent(json, "comment", Descriptors.emptyToNull(comment));
    if (emptyLayer) {
      json.put("empty_layer", true);
    }
    return json;
  }
}
