/// The schema's migrations and the roles that they grant to.
@NullMarked
package org.transcriptpipeline.database;

import org.jspecify.annotations.NullMarked;
