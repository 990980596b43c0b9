"""From a decoded frame to an `Observation`: the models, run by OpenCV, and plain image measures."""
