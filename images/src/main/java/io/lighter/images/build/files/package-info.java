/**
 * The files of builds: finding those that an instruction names, what they are by their content,
 * copying them, and making a layer's archive.
 *
 * <p>Everything goes by descriptors. A path that a context or an image had a hand in is resolved
 * within its root alone; what is found is opened without following any symbolic link.
 */
@NullMarked
package io.lighter.images.build.files;

import org.jspecify.annotations.NullMarked;
