//go:build linux

package virtual

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// startDisplay starts an X server that chooses a free display by itself.
func (d *Desktop) startDisplay(ctx context.Context) error {
	number, err := d.startTelling(ctx, "xvfb", func(w *os.File) *exec.Cmd {
		cmd := lasting("Xvfb", "-displayfd", "3", "-screen", "0", "1024x768x24", "-dpi", "96",
			"-nolisten", "tcp", "-noreset")
		cmd.ExtraFiles = []*os.File{w}
		return cmd
	})
	if err != nil {
		return err
	}
	d.display = ":" + number
	return nil
}

// startTelling starts a program that writes a line to file descriptor 3 when it is ready, and returns the line.
func (d *Desktop) startTelling(ctx context.Context, name string, command func(w *os.File) *exec.Cmd) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer func() { _ = r.Close() }()
	_, err = d.start(name, command(w))
	_ = w.Close()
	if err != nil {
		return "", err
	}
	ctx, cancel := patient(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { _ = r.SetReadDeadline(time.Now()) })()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s did not get ready, see its log: %w", name, err)
	}
	return strings.TrimSpace(line), nil
}

// Wallpaper covers the desktop's black with a colour, for pictures that people look at. That it fails is not told:
// ImageMagick's display ends with 1 here even when all went well.
func (d *Desktop) Wallpaper(ctx context.Context, colour string) {
	_, _ = d.output(ctx, "display", "-window", "root", "-size", "1024x768", "xc:"+colour)
}

// startWindowManager also presses a first key. It makes the X server change over to xdotool's keyboard, at which the
// window manager takes its key bindings anew; a shortcut that comes just then would be lost.
func (d *Desktop) startWindowManager(ctx context.Context, frames string) error {
	if frames != "" {
		if err := d.frame(frames); err != nil {
			return err
		}
	}
	p, err := d.start("openbox", lasting("openbox", "--sm-disable"))
	if err != nil {
		return err
	}
	err = p.ready(ctx, func(ctx context.Context) (bool, error) {
		out, err := d.output(ctx, "xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
		return strings.Contains(string(out), "window id"), err
	})
	if err != nil {
		return err
	}
	_, err = d.output(ctx, "xdotool", "key", "Shift_L")
	return err
}

// frame has the window manager, which is not running yet, draw frames like this.
func (d *Desktop) frame(themerc string) error {
	if err := writeFile(filepath.Join(d.Home(), ".local/share/themes/Frames/openbox-3/themerc"), themerc); err != nil {
		return err
	}
	return writeFile(filepath.Join(d.ConfigHome(), "openbox/rc.xml"), framesConfig)
}

const framesConfig = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <theme>
    <name>Frames</name>
    <titleLayout>LIMC</titleLayout>
    <font place="ActiveWindow"><name>sans</name><size>9</size><weight>bold</weight></font>
    <font place="InactiveWindow"><name>sans</name><size>9</size><weight>bold</weight></font>
  </theme>
</openbox_config>
`

const trayHost = "org.kde.StatusNotifierWatcher"

// StartPanel starts the panel with its tray, or starts it again after StopPanel.
func (d *Desktop) StartPanel(ctx context.Context) (err error) {
	config := filepath.Join(d.ConfigHome(), "xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml")
	if err := writeFile(config, panelConfig); err != nil {
		return err
	}
	if d.panel, err = d.start("panel", lasting("xfce4-panel", "--disable-wm-check")); err != nil {
		return err
	}
	return d.panel.ready(ctx, d.hasOwner(trayHost))
}

// DarkPanel has the panel look dark, as it does at first, or light.
func (d *Desktop) DarkPanel(ctx context.Context, dark bool) error {
	const settings = "org.xfce.Xfconf"
	return d.bus.Object(settings, "/org/xfce/Xfconf").CallWithContext(ctx, settings+".SetProperty", 0,
		"xfce4-panel", "/panels/dark-mode", dbus.MakeVariant(dark)).Err
}

// PanelLog is what the panel has complained of so far.
func (d *Desktop) PanelLog() string {
	log, _ := os.ReadFile(d.panel.log)
	return string(log)
}

// PanelIcon is what the panel shows in the place of the tray's one icon, in pixels. It also goes into a file, eight times as
// large; the format is the extension's.
func (d *Desktop) PanelIcon(ctx context.Context, path string) (icon image.Image, err error) {
	picture, err := d.output(ctx, "import", "-silent", "-window", "root", "-crop", "26x28+929+0", "+repage", "png:-")
	if err != nil {
		return nil, err
	}
	if _, err := d.filter(ctx, picture, "convert", "png:-", "-scale", "800%", path); err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(picture))
}

// StopPanel ends the panel, and returns when the desktop has no tray host any more.
func (d *Desktop) StopPanel(ctx context.Context) error {
	d.panel.end()
	return waitFor(ctx, "the tray host to go", not(d.hasOwner(trayHost)))
}

const panelConfig = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="dark-mode" type="bool" value="true"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="icon-size" type="uint" value="16"/>
      <property name="size" type="uint" value="28"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
        <value type="int" value="3"/>
        <value type="int" value="4"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-3" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
    <property name="plugin-4" type="string" value="clock"/>
  </property>
</channel>
`

func writeFile(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o600)
}
