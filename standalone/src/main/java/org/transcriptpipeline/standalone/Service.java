package org.transcriptpipeline.standalone;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/// One of the three services, started as a Spring application of its own beside the others.
///
/// @param name also of its configuration file, `<name>.yml`
/// @param application its main class
/// @param foreign technologies that it does not have when it runs alone, see [ForeignTechnologies]
record Service(String name, Class<?> application, List<String> foreign) {

    /// @param properties stronger than the environment and the service's own file
    ConfigurableApplicationContext start(Map<String, Object> properties) {
        var all = new HashMap<>(properties);
        all.put("spring.config.name", name);
        all.put(ForeignTechnologies.PROPERTY, String.join(",", foreign));
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("standalone", all));

        var spring = new SpringApplication(application);
        spring.setEnvironment(environment);
        spring.setBannerMode(Banner.Mode.OFF);
        spring.setLogStartupInfo(false); // three times the same, and the profile that nobody set
        spring.setRegisterShutdownHook(false); // one hook stops everything in its order, see StandaloneApplication
        return spring.run();
    }
}
