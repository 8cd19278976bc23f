package org.transcriptpipeline.benchmarks;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.transcriptpipeline.ingest.IngestApplication;

/// The service, with an endpoint more that does nothing: what its server costs alone.
final class IngestWithEmptyEndpoint {

    static final String PATH = "/empty";

    private IngestWithEmptyEndpoint() {}

    public static void main(String[] arguments) {
        var application = IngestApplication.create();
        application.addPrimarySources(List.of(EmptyEndpoint.class));
        application.run(arguments);
    }

    @Configuration(proxyBeanMethods = false)
    static class EmptyEndpoint {

        @Bean
        ServletRegistrationBean<HttpServlet> empty() {
            return new ServletRegistrationBean<>(new Nothing(), PATH);
        }
    }

    private static final class Nothing extends HttpServlet {

        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) {
            response.setStatus(204);
        }
    }
}
