package org.transcriptpipeline.event;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/// What reflection tells of the records of the contract.
final class Records {

    private Records() {}

    /// The records behind a sealed interface, however deep.
    static Stream<Class<?>> permittedBy(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .flatMap(permitted -> permitted.isSealed() ? permittedBy(permitted) : Stream.of(permitted));
    }

    /// The values of a record's components, by name; null where a component is null.
    static Map<String, Object> components(Record part) {
        var values = new LinkedHashMap<String, Object>();
        for (var component : part.getClass().getRecordComponents()) {
            values.put(component.getName(), value(component, part));
        }
        return values;
    }

    private static Object value(RecordComponent component, Record part) {
        try {
            var accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(part);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(component.toString(), e);
        }
    }
}
