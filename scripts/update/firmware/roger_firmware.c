// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Raspberry Pi's own kernel says to the firmware and Debian's does not:
 *
 * - reboot "0 tryboot" starts the other boot partition, once (the tag and the form of the argument are those of
 *   drivers/firmware/raspberrypi.c in https://github.com/raspberrypi/linux);
 * - /sys/module/roger_firmware/parameters/throttled says whether the power supply is too weak: bit 0 now, bit 16 since
 *   the start (https://www.raspberrypi.com/documentation/computers/os.html#get_throttled).
 */
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/of.h>
#include <linux/reboot.h>
#include <linux/string.h>
#include <soc/bcm2835/raspberrypi-firmware.h>

#define SET_REBOOT_FLAGS 0x00038064
#define REBOOT_FLAG_TRYBOOT BIT(0)

static int ask_firmware(u32 tag, u32 *value)
{
	struct device_node *node = rpi_firmware_find_node();
	struct rpi_firmware *firmware = node ? rpi_firmware_get(node) : NULL;
	int error;

	of_node_put(node);
	if (!firmware)
		return -ENODEV;
	error = rpi_firmware_property(firmware, tag, value, sizeof(*value));
	rpi_firmware_put(firmware);
	return error;
}

static int before_reboot(struct notifier_block *block, unsigned long action, void *argument)
{
	u32 flags = REBOOT_FLAG_TRYBOOT;
	int error;

	if (action != SYS_RESTART || !argument || !strstr(argument, " tryboot"))
		return NOTIFY_DONE;
	error = ask_firmware(SET_REBOOT_FLAGS, &flags);
	if (error)
		pr_err("roger_firmware: the other release will not be tried: error %d\n", error);
	return NOTIFY_DONE;
}

static int get_throttled(char *buffer, const struct kernel_param *parameter)
{
	u32 bits = 0;
	int error = ask_firmware(RPI_FIRMWARE_GET_THROTTLED, &bits);

	return error ? error : sysfs_emit(buffer, "0x%x\n", bits);
}

static const struct kernel_param_ops throttled_ops = { .get = get_throttled };
module_param_cb(throttled, &throttled_ops, NULL, 0444);
MODULE_PARM_DESC(throttled, "bit 0: under-voltage now, bit 16: since the start");

static struct notifier_block notifier = { .notifier_call = before_reboot };

static int __init roger_firmware_init(void)
{
	return register_reboot_notifier(&notifier);
}
module_init(roger_firmware_init);

static void __exit roger_firmware_exit(void)
{
	unregister_reboot_notifier(&notifier);
}
module_exit(roger_firmware_exit);

/* udev loads it where the firmware is. */
static const struct of_device_id firmware_ids[] = { { .compatible = "raspberrypi,bcm2835-firmware" }, {} };
MODULE_DEVICE_TABLE(of, firmware_ids);
MODULE_DESCRIPTION("Raspberry Pi firmware: tryboot and under-voltage on a mainline kernel");
MODULE_LICENSE("GPL");
